import { BootstrapWeights, quantile } from "./metrics/bootstrap.ts";
import { confusionAt } from "./metrics/decisions.ts";
import { areaUnderRoc } from "./metrics/ranking.ts";
import { WeightedFigures } from "./metrics/weighted-figures.ts";

/** What a contest needs: examples newer than both models' training, and of each class. */
export const FEWEST_JUDGED = 200;
export const FEWEST_JUDGED_OF_A_CLASS = 50;

/** The threshold of a model that has none of its own. */
export const DEFAULT_THRESHOLD = 0.8;

/** By how much the challenger's AUC may lie below the present model's: within the noise of some hundred mails. */
const AUC_TOLERANCE = 0.005;

/** For a one-sided 95 %: the lowest twentieth of this many differences has a hundred of them. */
const REPLICATES = 2000;
const DOUBT = 0.05;

export type Decision =
  /** Takes the place of the present model. */
  | { readonly kind: "promoted"; readonly reason: string }
  /** Kept, but not in force. */
  | { readonly kind: "aside"; readonly reason: string }
  /** Kept until there are enough newer examples to judge it. */
  | { readonly kind: "waiting"; readonly reason: string };

/** What a model says of the judged mails. */
export interface Contestant {
  readonly name: string;
  readonly probabilities: Float64Array;
  /** Score from which it calls a mail spam; undefined for the constant, which calls none so. */
  readonly threshold: number | undefined;
}

/** Two models on the same mails, all newer than both models' training. */
export interface Contest {
  readonly labels: Uint8Array;
  /** The sender of each mail, where known. */
  readonly groups: Uint32Array | undefined;
  readonly present: Contestant;
  readonly challenger: Contestant;
  readonly seed: number;
}

/** The reason to wait, or undefined where there are mails enough to judge by. */
export function whyNotYet(labels: Uint8Array): string | undefined {
  const spam = labels.reduce((sum, label) => sum + label, 0);
  const ham = labels.length - spam;
  if (labels.length >= FEWEST_JUDGED && Math.min(spam, ham) >= FEWEST_JUDGED_OF_A_CLASS)
    return undefined;
  return (
    `${labels.length} newer examples (${spam} spam, ${ham} ham), ` +
    `of ${FEWEST_JUDGED} and ${FEWEST_JUDGED_OF_A_CLASS} of each class needed`
  );
}

/**
 * Whether the challenger takes the present model's place: its log loss must be lower, for certain; its ranking must not
 * be worse, and at its threshold it must not call more ham spam. A challenger that is merely as good stays aside.
 */
export function decide(contest: Contest): Decision {
  const checks = [betterLoss(contest), ranking(contest), falsePositives(contest)];
  const failed = checks.find(({ holds }) => !holds);
  return failed === undefined
    ? { kind: "promoted", reason: checks.map(({ text }) => text).join("; ") }
    : { kind: "aside", reason: failed.text };
}

/** The first model has no other to beat but the share of spam, whatever the mail. */
export function decideFirst({
  share,
  ...contest
}: Omit<Contest, "present"> & { readonly share: number }): Decision {
  const probabilities = new Float64Array(contest.labels.length).fill(share);
  const present = { name: "the constant", probabilities, threshold: undefined };
  return decide({ ...contest, present });
}

interface Check {
  readonly holds: boolean;
  readonly text: string;
}

function betterLoss(contest: Contest): Check {
  const { labels, groups, present, challenger, seed } = contest;
  const [before, after] = [present, challenger].map(
    ({ probabilities }) => new WeightedFigures({ labels, probabilities }, 0.5),
  );
  const gainOf = (weights: ArrayLike<number>): number =>
    (before?.meanLoss(weights) ?? NaN) - (after?.meanLoss(weights) ?? NaN);
  const samples = new BootstrapWeights(labels.length, groups, seed);
  const gains = Array.from({ length: REPLICATES }, () => gainOf(samples.next()));
  const certain = quantile(gains, DOUBT) ?? -Infinity;
  const gain = gainOf(new Uint8Array(labels.length).fill(1));
  return {
    holds: certain > 0,
    text: `log loss ${signed(-gain)} against ${present.name}, with 95 % certainty at most ${signed(-certain)}`,
  };
}

function ranking({ labels, present, challenger }: Contest): Check {
  const [before, after] = [present, challenger].map(
    ({ probabilities }) => areaUnderRoc({ labels, probabilities }) ?? 0,
  ) as [number, number];
  return {
    holds: after >= before - AUC_TOLERANCE,
    text: `AUC ${after.toFixed(3)} against ${before.toFixed(3)}`,
  };
}

function falsePositives({ labels, present, challenger }: Contest): Check {
  const { threshold: wanted } = present;
  if (wanted === undefined) return { holds: true, text: `${present.name} has no false positives` };
  const [before, after] = [present, challenger].map(
    ({ probabilities, threshold = wanted }) =>
      confusionAt({ labels, probabilities }, threshold).falsePositives,
  ) as [number, number];
  return { holds: after <= before, text: `${after} false positives against ${before}` };
}

function signed(value: number): string {
  return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${Math.abs(value).toFixed(4)}`;
}
