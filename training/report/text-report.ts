import type { Strength } from "../learners/strengths.ts";
import type { Interval, Intervals } from "../metrics/bootstrap.ts";
import type { Metrics } from "../metrics/measure.ts";
import type { TrainingReport } from "../report.ts";
import { type ThresholdChoice, whyNoThreshold } from "../threshold.ts";

/** A line of the table of figures. */
export interface MetricLine {
  readonly name: string;
  readonly value: (metrics: Metrics) => number | null;
  readonly interval?: keyof Intervals;
}

export const METRIC_LINES: readonly MetricLine[] = [
  { name: "accuracy", value: ({ accuracy }) => accuracy, interval: "accuracy" },
  { name: "precision", value: ({ precision }) => precision },
  { name: "recall", value: ({ recall }) => recall },
  { name: "AUC", value: ({ auc }) => auc, interval: "auc" },
  { name: "(1 − AUC) %", value: ({ auc }) => (auc === null ? null : 100 * (1 - auc)) },
  {
    name: "recall at 1 % FPR",
    value: (metrics) => metrics.recallAt1PercentFpr,
    interval: "recallAt1PercentFpr",
  },
  { name: "recall at 5 % FPR", value: (metrics) => metrics.recallAt5PercentFpr },
  { name: "log loss", value: ({ logLoss }) => logLoss, interval: "logLoss" },
  { name: "Brier score", value: ({ brier }) => brier, interval: "brier" },
  { name: "calibration error", value: ({ calibrationError }) => calibrationError },
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

/** What the model was made of. */
export function originLines(report: TrainingReport): readonly string[] {
  const { model, examples, spam, ham, incomplete, constant, thresholdChoice } = report;
  return [
    field("model", model),
    field("examples", `${examples} (${spam} spam, ${ham} ham)${spanOf(report)}`),
    ...Object.entries(report.teachers ?? {}).map(([teacher, counts]) =>
      field("teacher", `${teacher}: ${counts.spam} spam, ${counts.ham} ham`),
    ),
    ...(incomplete > 0 ? [field("left out", `${incomplete} with an incomplete capture`)] : []),
    ...(constant.length > 0 ? [field("constant", constant.join(", "))] : []),
    ...(thresholdChoice === null ? [] : [field("threshold", thresholdText(thresholdChoice))]),
  ];
}

export function thresholdText(choice: ThresholdChoice): string {
  const { threshold, falsePositives, ham, upperBound } = choice;
  if (threshold === null) return `none: ${whyNoThreshold(choice)}`;
  const bound = (100 * upperBound).toPrecision(2);
  return `${threshold.toFixed(3)}: ${falsePositives} of ${ham} ham reach it, so at most ${bound} % of all (95 %)`;
}

function spanOf({ from, to }: TrainingReport): string {
  return from === null || to === null ? "" : `, ${timeText(from)} to ${timeText(to)}`;
}

export function timeText(epochSeconds: number): string {
  const time = new Date(epochSeconds * 1000);
  // A capture file may bear any number as its time.
  return Number.isNaN(time.getTime()) ? `${epochSeconds} s` : `${time.toISOString().slice(0, 16)}Z`;
}

function evaluationLines(report: TrainingReport): readonly string[] {
  return [...evaluationText(report), ...figureLines(report.evaluation)];
}

/** Which mails the figures are of, and what was learnt before. */
export function evaluationText({ evaluation }: TrainingReport): readonly string[] {
  const { kind, reason, learntFrom, judged, judgedSpam, threshold } = evaluation;
  const rows = `${judged} examples (${judgedSpam} spam, ${judged - judgedSpam} ham)`;
  return [
    ...(kind === "held-out"
      ? [`Judged on the latest ${rows}, learnt from the ${learntFrom} before them;`]
      : [`Judged on the ${rows} it was learnt from, which flatters: ${reason ?? ""};`]),
    `spam is what has a probability of ${threshold} or more.`,
    ...unseenLines(evaluation.unseenSenders),
  ];
}

type Evaluation = TrainingReport["evaluation"];

function unseenLines(unseen: Evaluation["unseenSenders"]): readonly string[] {
  if (unseen === null) return [];
  return unseen.kind === "judged"
    ? [`"unseen": the same, learnt from the ${unseen.learntFrom} of other senders alone.`]
    : [`Unseen senders could not be judged: ${unseen.reason}.`];
}

function figureLines({ metrics, intervals, baseline, unseenSenders }: Evaluation) {
  const unseen = unseenSenders?.kind === "judged" ? unseenSenders.metrics : undefined;
  const heading = ["model", "95 % interval", "constant", ...(unseen ? ["unseen"] : [])];
  return [
    figureLine("", heading),
    ...METRIC_LINES.map(({ name, value, interval }) =>
      figureLine(name, [
        figure(value(metrics)),
        intervalText(interval === undefined ? null : (intervals?.[interval] ?? null)),
        figure(value(baseline)),
        ...(unseen ? [figure(value(unseen))] : []),
      ]),
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
  return `${name.padEnd(11)}${value}`;
}

const WIDTHS = [8, 15, 10, 9] as const;

function figureLine(name: string, cells: readonly string[]): string {
  const padded = cells.map((cell, column) => cell.padStart(WIDTHS[column] ?? 9));
  return `  ${name.padEnd(20)}${padded.join("")}`.trimEnd();
}

export function figure(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

export function intervalText(interval: Interval | null): string {
  return interval === null ? "" : `${interval.low.toFixed(3)}–${interval.high.toFixed(3)}`;
}
