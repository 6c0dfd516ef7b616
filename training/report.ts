import { type Strength, strengthsOf } from "./learners/strengths.ts";
import type { Metrics } from "./metrics/measure.ts";
import type { Model } from "./model.ts";
import type { TrainingSummary } from "./summary.ts";
import type { Table } from "./table.ts";

/** How many of the strongest features a report names. */
const STRONGEST = 10;

/** What a training tells, as plain JSON. */
export interface TrainingReport extends TrainingSummary {
  readonly model: string;
  /** Examples that were left out because their capture was not complete. */
  readonly incomplete: number;
  /** Features that were the same in every example, or never observed: they say nothing. */
  readonly constant: readonly string[];
  /** The strongest features first. */
  readonly strengths: readonly Strength[];
}

export function reportOf(model: Model, table: Table, incomplete: number): TrainingReport {
  const strengths = strengthsOf(model.predictor, table).toSorted(
    (a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds),
  );
  return {
    model: model.name,
    ...model.summary,
    incomplete,
    constant: table.names.filter((_, i) => isConstant(table.columns[i])),
    strengths: strengths.slice(0, STRONGEST),
  };
}

function isConstant(column: Float64Array | undefined): boolean {
  return column?.every((value) => Object.is(value, column[0])) ?? true;
}

const METRIC_LINES: readonly (readonly [string, keyof Metrics])[] = [
  ["accuracy", "accuracy"],
  ["precision", "precision"],
  ["recall", "recall"],
  ["AUC", "auc"],
  ["recall at 1 % FPR", "recallAt1PercentFpr"],
  ["log loss", "logLoss"],
  ["Brier score", "brier"],
  ["calibration error", "calibrationError"],
];

/** The report as lines for a terminal. */
export function formatReport(report: TrainingReport): string {
  const lines = [
    ...originLines(report),
    "",
    ...evaluationLines(report),
    "",
    ...strengthLines(report.strengths),
  ];
  return `${lines.join("\n")}\n`;
}

function originLines(report: TrainingReport): readonly string[] {
  const { model, examples, spam, ham, incomplete, constant } = report;
  return [
    field("model", model),
    field("examples", `${examples} (${spam} spam, ${ham} ham)${spanOf(report)}`),
    ...Object.entries(report.teachers ?? {}).map(([teacher, counts]) =>
      field("teacher", `${teacher}: ${counts.spam} spam, ${counts.ham} ham`),
    ),
    ...(incomplete > 0 ? [field("left out", `${incomplete} with an incomplete capture`)] : []),
    ...(constant.length > 0 ? [field("constant", constant.join(", "))] : []),
  ];
}

function spanOf({ from, to }: TrainingReport): string {
  return from === null || to === null ? "" : `, ${timeText(from)} to ${timeText(to)}`;
}

function timeText(epochSeconds: number): string {
  const time = new Date(epochSeconds * 1000);
  // A capture file may bear any number as its time.
  return Number.isNaN(time.getTime()) ? `${epochSeconds} s` : `${time.toISOString().slice(0, 16)}Z`;
}

function evaluationLines({ evaluation }: TrainingReport): readonly string[] {
  const { kind, reason, learntFrom, judged, judgedSpam, threshold } = evaluation;
  const rows = `${judged} examples (${judgedSpam} spam, ${judged - judgedSpam} ham)`;
  return [
    ...(kind === "held-out"
      ? [`Judged on the latest ${rows}, learnt from the ${learntFrom} before them;`]
      : [`Judged on the ${rows} it was learnt from, which flatters: ${reason ?? ""};`]),
    `spam is what has a probability of ${threshold} or more.`,
    metricLine("", "model", "constant"),
    ...METRIC_LINES.map(([name, key]) =>
      metricLine(name, figure(evaluation.metrics[key]), figure(evaluation.baseline[key])),
    ),
  ];
}

function strengthLines(strengths: readonly Strength[]): readonly string[] {
  if (strengths.length === 0) return ["No feature tells spam from ham."];
  return [
    "Strongest features: what they add to the log-odds on average (+ where greater values speak for spam)",
    ...strengths.map(({ feature, logOdds }) => {
      const sign = logOdds < 0 ? "" : "+";
      return `  ${(sign + logOdds.toFixed(2)).padStart(6)}  ${feature}`;
    }),
  ];
}

function field(name: string, value: string): string {
  return `${name.padEnd(10)}${value}`;
}

function metricLine(name: string, model: string, constant: string): string {
  return `  ${name.padEnd(20)}${model.padStart(8)}${constant.padStart(10)}`;
}

function figure(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}
