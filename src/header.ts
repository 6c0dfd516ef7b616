/**
 * The X-SpamFlow header: what is written into a mail, and what `learn` reads back.
 *
 * The first word is for people and Sieve, the `key=value` pairs are for filters. An `Unknown` header bears
 * neither `score=` nor `level=`, so that no rule downstream can take it for a score.
 */
export const HEADER_NAME = "X-SpamFlow";

/** Longest line of the header before it is folded (RFC 5322 §2.1.1 asks for 78). */
const FOLD_COLUMN = 78;

/** Why a mail got no score, in the order in which the reasons are tried. */
export const UNKNOWN_REASONS = [
  "error",
  "authenticated",
  "local",
  "proxied",
  "no-flow",
  "partial",
  "warming-up",
  "mixed-sender",
] as const;
export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

export type Action = "none" | "tag" | "reject" | "defer";

export interface ScoredHeader {
  readonly kind: "scored";
  /** Probability of spam, 0 … 1. */
  readonly score: number;
  readonly required: number;
  /** LEARNER-VERSION. */
  readonly model: string;
  /** Segments of both sides. */
  readonly packets: number;
  readonly action: Action;
  readonly id: string;
}

export interface UnknownHeader {
  readonly kind: "unknown";
  readonly reason: UnknownReason;
  readonly id: string;
}

export type SpamFlowHeader = ScoredHeader | UnknownHeader;

/** A score as the header shows it, in thousandths: what is compared with `required` and starred is the rounded score. */
export function thousandths(score: number): number {
  return Math.round(score * 1000);
}

/** One star per full 0.1 of the rounded score, `-` for none. */
export function stars(score: number): string {
  return "*".repeat(Math.floor(thousandths(score) / 100)) || "-";
}

/** `Yes` when the rounded score reaches `required`. */
export function isSpam(score: number, required: number): boolean {
  return thousandths(score) / 1000 >= required;
}

function fixed(score: number): string {
  return (thousandths(score) / 1000).toFixed(3);
}

function words(header: SpamFlowHeader): readonly string[] {
  if (header.kind === "unknown") return ["Unknown,", `reason=${header.reason}`, `id=${header.id}`];
  return [
    isSpam(header.score, header.required) ? "Yes," : "No,",
    `score=${fixed(header.score)}`,
    `required=${header.required.toFixed(3)}`,
    `level=${stars(header.score)}`,
    `model=${header.model}`,
    "capture=complete",
    `packets=${header.packets}`,
    `action=${header.action}`,
    `id=${header.id}`,
  ];
}

/** The header's value, folded as LF TAB where a line would pass column 78. */
export function formatHeader(header: SpamFlowHeader): string {
  let value = "";
  let column = `${HEADER_NAME}:`.length;
  for (const word of words(header)) {
    const fold = column + 1 + word.length > FOLD_COLUMN;
    const separator = fold ? "\n\t" : " ";
    value += value === "" ? word : separator + word;
    column = (fold ? 0 : column) + 1 + word.length;
  }
  return value;
}

/** What can be read back from a header's value; unknown keys are kept out, a malformed value is undefined. */
export function parseHeader(
  value: string,
): { readonly verdict: "Yes" | "No" | "Unknown"; readonly id: string } | undefined {
  const verdict = /^\s*(Yes|No|Unknown),/.exec(value)?.[1];
  const id = /\sid=([0-9a-f]{12})(?=\s|$)/.exec(value)?.[1];
  if (id === undefined) return undefined;
  if (verdict !== "Yes" && verdict !== "No" && verdict !== "Unknown") return undefined;
  return { verdict, id };
}
