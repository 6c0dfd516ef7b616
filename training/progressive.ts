import { type Feedback, type LabelSource, labelSource } from "./feedback.ts";
import type { Learner, Predictor } from "./learners/learner.ts";
import { rowValues, selectRows, type Table } from "./table.ts";

export interface ProgressiveOptions {
  readonly feedback: Feedback;
  readonly seed: number;
  /** A new model after as many labels more; at a growth of more than 1 also only after that much more of them. */
  readonly retrainEvery: number;
  readonly growth?: number;
  /** From as many examples on, the model of that time is kept unchanged beside the learning one. */
  readonly freezeAt?: number;
  /** What a teacher says of a row, or undefined where it is not sure; the truth where there is no teacher. */
  readonly teach?: (row: number) => 0 | 1 | undefined;
}

/** How the mails fared that were judged, in their order. */
export interface ProgressiveRun {
  /** Row numbers in the table: all from the first model on. */
  readonly rows: readonly number[];
  readonly probabilities: readonly number[];
  /** What the frozen model said; NaN before it was frozen. */
  readonly frozen: readonly number[];
  /** How many examples had been learnt when a mail was judged. */
  readonly learnt: readonly number[];
  /** How many models were made. */
  readonly trainings: number;
}

/** Smallest growth: every `retrainEvery` labels. */
const NO_GROWTH = 1;

/**
 * Lives through the table as a site would: each mail is judged by the model of the moment, then its label comes, at
 * once, late or never, and now and then a new model is made of all labels so far.
 *
 * @param table in the order of time
 */
export function runProgressively(
  table: Table,
  learner: Learner,
  options: ProgressiveOptions,
): ProgressiveRun {
  const filter = new LearningFilter(table, learner, options);
  const source = labelSource(options.feedback, options.seed);
  for (let row = 0; row < table.rows; row += 1) {
    filter.receiveLabels(row);
    filter.meet(row, source);
  }
  return filter.run;
}

class LearningFilter {
  readonly run = {
    rows: [] as number[],
    probabilities: [] as number[],
    frozen: [] as number[],
    learnt: [] as number[],
    trainings: 0,
  };
  readonly #table: Table;
  readonly #learner: Learner;
  readonly #options: ProgressiveOptions;
  /** Rows whose labels are on their way, by the row before which they arrive. */
  readonly #underWay = new Map<number, number[]>();
  readonly #examples: number[] = [];
  readonly #labels: Uint8Array;
  #nextTraining: number;
  #predictor: Predictor | undefined;
  #frozen: Predictor | undefined;

  constructor(table: Table, learner: Learner, options: ProgressiveOptions) {
    this.#table = table;
    this.#learner = learner;
    this.#options = options;
    this.#labels = table.labels.slice();
    this.#nextTraining = options.retrainEvery;
  }

  /** Learns what arrives before the mail of this row. */
  receiveLabels(row: number): void {
    for (const labelled of this.#underWay.get(row) ?? []) this.#learn(labelled);
    this.#underWay.delete(row);
    if (this.#examples.length >= this.#nextTraining) this.#train();
  }

  /** Judges the mail of this row and asks for its label. */
  meet(row: number, source: LabelSource): void {
    const values = rowValues(this.#table, row);
    const probability = this.#predictor?.probability(values);
    if (probability !== undefined) {
      this.run.rows.push(row);
      this.run.probabilities.push(probability);
      this.run.frozen.push(this.#frozen?.probability(values) ?? Number.NaN);
      this.run.learnt.push(this.#examples.length);
    }
    const delay = source.delayOf(this.#table.groups?.[row] ?? row, probability);
    if (delay === undefined) return;
    const arrival = row + delay + 1;
    this.#underWay.set(arrival, [...(this.#underWay.get(arrival) ?? []), row]);
  }

  #learn(row: number): void {
    const { teach } = this.#options;
    const label = teach === undefined ? this.#table.labels[row] : teach(row);
    if (label === undefined) return;
    this.#labels[row] = label;
    this.#examples.push(row);
  }

  #train(): void {
    const { seed, retrainEvery, growth = NO_GROWTH, freezeAt = Infinity } = this.#options;
    const learnt = this.#examples.length;
    this.#nextTraining = Math.max(learnt + retrainEvery, Math.ceil(learnt * growth));
    const taught = selectRows({ ...this.#table, labels: this.#labels }, this.#examples);
    if (new Set(taught.labels).size < 2) return;
    this.#predictor = this.#learner.fit(taught, { seed });
    this.run.trainings += 1;
    if (learnt >= freezeAt) this.#frozen ??= this.#predictor;
  }
}
