import { uniformNumbers } from "./learners/draw-rows.ts";

/**
 * When a filter is told what a mail truly was: the regimes of the TREC Spam Track (Cormack 2007).
 *
 * - `immediate`: at once, of every mail;
 * - `delayed`: of every mail, after as many further mails;
 * - `partial`: at once, but only of the mails of some senders;
 * - `active`: at once, of a share of the mails that the filter chooses itself: those it is least sure of.
 */
export type Feedback =
  | { readonly kind: "immediate" }
  | { readonly kind: "delayed"; readonly mails: number }
  | { readonly kind: "partial"; readonly share: number }
  | { readonly kind: "active"; readonly share: number };

/** The regimes of a report. A day's mail of a small site, half of the senders, a label for every tenth mail. */
export const FEEDBACKS: readonly Feedback[] = [
  { kind: "immediate" },
  { kind: "delayed", mails: 200 },
  { kind: "partial", share: 0.5 },
  { kind: "active", share: 0.1 },
];

/** Decides of each mail, in order, when its label comes. */
export interface LabelSource {
  /**
   * @param sender its number, or the row's own where senders are not known
   * @param probability what the filter said; undefined while it has no model
   * @returns how many mails later the label comes; undefined where it never does
   */
  delayOf(sender: number, probability: number | undefined): number | undefined;
}

export function labelSource(feedback: Feedback, seed: number): LabelSource {
  switch (feedback.kind) {
    case "immediate":
      return { delayOf: () => 0 };
    case "delayed":
      return { delayOf: () => feedback.mails };
    case "partial":
      return { delayOf: (sender) => (drawOf(sender, seed) < feedback.share ? 0 : undefined) };
    case "active":
      return new ActiveSource(feedback.share);
  }
}

/** The same number from 0 to 1 for the same sender each time. */
function drawOf(sender: number, seed: number): number {
  const uniform = uniformNumbers(Math.imul(sender + 1, 0x85eb_ca6b) ^ seed);
  uniform();
  return uniform();
}

/** How fast the margin follows the share of labels that were asked for. */
const MARGIN_STEP = 1.05;

/** Asks for a label where the probability lies within a margin around one half, which keeps the share. */
class ActiveSource implements LabelSource {
  readonly #share: number;
  #margin = 0.1;
  #mails = 0;
  #asked = 0;

  constructor(share: number) {
    this.#share = share;
  }

  delayOf(_sender: number, probability: number | undefined): number | undefined {
    this.#mails += 1;
    // Without a model every mail is uncertain, and the first ones have to be learnt from.
    const unsure = probability === undefined || Math.abs(probability - 0.5) <= this.#margin;
    const below = this.#asked < this.#share * this.#mails || probability === undefined;
    this.#margin = Math.min(below ? this.#margin * MARGIN_STEP : this.#margin / MARGIN_STEP, 0.5);
    if (!unsure || !below) return undefined;
    this.#asked += 1;
    return 0;
  }
}
