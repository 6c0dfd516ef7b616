import {
  figure,
  type ListedModel,
  METRIC_LINES,
  type Model,
  thresholdText,
  timeText,
} from "../training/index.ts";

/** What a person is told of the kept models, newest first; `>` marks the one in force. */
export function listText(models: readonly ListedModel[], present: string | undefined): string {
  if (models.length === 0)
    return present === undefined ? "no model is kept\n" : `> ${present}  (not of the store)\n`;
  const width = Math.max(...models.map(({ name }) => name.length));
  const lines = models.map(({ name, state, reason, time }) => {
    const mark = name === present ? ">" : " ";
    return `${mark} ${name.padEnd(width)}  ${timeText(time)}  ${state.padEnd(8)}  ${reason}`;
  });
  return `${lines.join("\n")}\n`;
}

const LABEL_WIDTH = 22;

/** One model: where it comes from and how it did. */
export function modelText(model: Model): string {
  return sideBySide([model]);
}

/** Two models beside each other, then what the second has that the first has not, and the other way round. */
export function diffText(before: Model, after: Model): string {
  const added = after.features.filter((name) => !before.features.includes(name));
  const removed = before.features.filter((name) => !after.features.includes(name));
  const lines = [
    ...added.map((name) => `+ ${name}`),
    ...removed.map((name) => `- ${name}`),
    ...(added.length + removed.length === 0 ? ["the same features"] : []),
  ];
  return `${sideBySide([before, after])}\n${lines.join("\n")}\n`;
}

type Row = readonly [label: string, value: (model: Model) => string];

const ROWS: readonly Row[] = [
  ["model", ({ name }) => name],
  ["trained", ({ summary }) => timeText(summary.time)],
  ["examples", ({ summary }) => String(summary.examples)],
  ["spam / ham", ({ summary }) => `${summary.spam} / ${summary.ham}`],
  ["features", ({ features }) => String(features.length)],
  ["threshold", ({ threshold }) => figure(threshold)],
  ["judged", ({ summary: { evaluation } }) => `${evaluation.judged} ${evaluation.kind}`],
  ...METRIC_LINES.map(({ name, value }): Row => [
    name,
    ({ summary }) => figure(value(summary.evaluation.metrics)),
  ]),
];

function sideBySide(models: readonly Model[]): string {
  const lines = ROWS.map(([label, value]) => {
    const cells = models.map((model) => value(model).padEnd(LABEL_WIDTH));
    return `${label.padEnd(LABEL_WIDTH)}${cells.join("")}`.trimEnd();
  });
  const thresholds = models.flatMap(({ name, summary: { thresholdChoice } }) =>
    thresholdChoice === null ? [] : [`${name}: threshold ${thresholdText(thresholdChoice)}`],
  );
  return `${[...lines, ...thresholds].join("\n")}\n`;
}
