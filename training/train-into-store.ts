import { FEATURE_NAMES } from "../features/index.ts";
import { FEWEST_OF_A_CLASS } from "./enough.ts";
import { tableOf, timeOf } from "./example-table.ts";
import type { Example } from "./example.ts";
import { HELD_OUT_SHARE } from "./hold-out.ts";
import { type Model, scoreRows } from "./model.ts";
import type { ModelStore } from "./model-store.ts";
import {
  type Contestant,
  decide,
  decideFirst,
  type Decision,
  DEFAULT_THRESHOLD,
  whyNotYet,
} from "./promotion.ts";
import { spamCount } from "./table.ts";
import { train, type TrainingResult, type TrainOptions } from "./train.ts";

/** What became of a training whose model had to prove itself. */
export interface StoreTraining {
  readonly result: TrainingResult;
  readonly decision: Decision;
  /** A model of an earlier training that had waited for newer examples, where there are enough of them now. */
  readonly settled: { readonly name: string; readonly decision: Decision } | undefined;
}

/**
 * Trains a challenger and lets it meet the present model on the newest examples, which neither has learnt from. Where
 * there are too few of those it learns from all and waits for the next training.
 *
 * @throws TrainingError `locked` while another training runs; the present model is untouched whatever is thrown
 */
export async function trainIntoStore(
  store: ModelStore,
  examples: readonly Example[],
  options: Omit<TrainOptions, "version">,
): Promise<StoreTraining> {
  return store.locked(async () => {
    const ordered = examples
      .filter(({ complete }) => complete)
      .toSorted((a, b) => timeOf(a) - timeOf(b));
    const seed = options.seed ?? 1;
    const settled = await settleWaiting(store, ordered, seed);
    const present = await store.present();
    const whole = { ...options, version: await store.nextVersion() };
    const { result, decision } =
      present === undefined
        ? firstTraining(train(examples, whole), seed)
        : challenge(present, ordered, whole);
    await store.add(result.model, decision);
    return { result, decision, settled };
  });
}

type Judged = Pick<StoreTraining, "result" | "decision">;

/** There is no model to beat: the constant is met on what was held out for the figures. */
function firstTraining(result: TrainingResult, seed: number): Judged {
  const { model, heldOut } = result;
  const { learnt, judged, scored, reason } = heldOut;
  if (reason !== null)
    return { result, decision: { kind: "waiting", reason: `it could not be judged: ${reason}` } };
  const decision = decideFirst({
    labels: scored.labels,
    groups: judged.groups,
    share: spamCount(learnt.labels) / learnt.rows,
    challenger: { name: model.name, probabilities: scored.probabilities, threshold: undefined },
    seed,
  });
  return { result, decision };
}

function challenge(present: Model, examples: readonly Example[], options: TrainOptions): Judged {
  const { learnt, judged, wait } = splitForContest(examples, lastLearnt(present));
  const result = train(learnt, options);
  if (wait !== undefined) return { result, decision: { kind: "waiting", reason: wait } };
  return { result, decision: meet(present, result.model, { judged, seed: options.seed ?? 1 }) };
}

interface ContestSplit {
  readonly learnt: readonly Example[];
  readonly judged: readonly Example[];
  /** Why there is no contest yet. */
  readonly wait: string | undefined;
}

/** The newest examples judge: as many as needed, or the held-out share of all where that is more. */
function splitForContest(examples: readonly Example[], after: number): ContestSplit {
  const newer = examples.filter((example) => timeOf(example) > after);
  const wait = whyNotYet(labelsOf(newer));
  if (wait !== undefined) return { learnt: examples, judged: [], wait };
  const share = Math.min(Math.floor(examples.length * HELD_OUT_SHARE), newer.length);
  const judges = Math.max(fewestJudges(newer), share);
  const learnt = examples.slice(0, examples.length - judges);
  const spam = spamCount(labelsOf(learnt));
  return Math.min(spam, learnt.length - spam) < FEWEST_OF_A_CLASS
    ? {
        learnt: examples,
        judged: [],
        wait: "nothing to learn from is left beside the newest examples",
      }
    : { learnt, judged: examples.slice(examples.length - judges), wait: undefined };
}

/** How many of the newest examples are enough to judge by. */
function fewestJudges(newer: readonly Example[]): number {
  const labels = labelsOf(newer);
  let [low, high] = [0, labels.length];
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (whyNotYet(labels.subarray(labels.length - middle)) === undefined) high = middle;
    else low = middle;
  }
  return high;
}

/** Judges the newest model that waits, where that has become possible. */
async function settleWaiting(
  store: ModelStore,
  examples: readonly Example[],
  seed: number,
): Promise<StoreTraining["settled"]> {
  const present = await store.present();
  const waiting = (await store.list()).find(({ state }) => state === "waiting");
  if (present === undefined || waiting === undefined) return undefined;
  const challenger = await store.load(waiting.name);
  const after = Math.max(lastLearnt(present), lastLearnt(challenger));
  const judged = examples.filter((example) => timeOf(example) > after);
  if (whyNotYet(labelsOf(judged)) !== undefined) return undefined;
  const decision = meet(present, challenger, { judged, seed });
  await store.settle(waiting.name, decision);
  return { name: waiting.name, decision };
}

function meet(
  present: Model,
  challenger: Model,
  { judged, seed }: { readonly judged: readonly Example[]; readonly seed: number },
): Decision {
  const table = tableOf(judged, FEATURE_NAMES);
  const contestant = (model: Model): Contestant => ({
    name: model.name,
    probabilities: scoreRows(model, table),
    threshold: model.threshold ?? DEFAULT_THRESHOLD,
  });
  return decide({
    labels: table.labels,
    groups: table.groups,
    present: contestant(present),
    challenger: contestant(challenger),
    seed,
  });
}

/** Time of the last example that a model has learnt from; the training's own where that is not known. */
function lastLearnt({ summary }: Model): number {
  return summary.to ?? summary.time;
}

function labelsOf(examples: readonly Example[]): Uint8Array {
  return Uint8Array.from(examples, ({ label }) => (label === "spam" ? 1 : 0));
}
