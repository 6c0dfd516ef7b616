/** The outcome as text for a terminal. */
import { confusionMatrix, outcomeFigures, type OutcomeRow } from "./outcome.ts";

const COLUMNS: readonly {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (row: OutcomeRow) => string;
}[] = [
  { title: "client", align: "left", cell: ({ client }) => client },
  { title: "class", align: "left", cell: ({ hostClass }) => hostClass },
  {
    title: "handshake ms",
    align: "right",
    cell: ({ handshakeSeconds }) =>
      handshakeSeconds === null ? "-" : (handshakeSeconds * 1_000).toFixed(1),
  },
  { title: "retrans. + out of order", align: "right", cell: ({ disturbed }) => String(disturbed) },
  { title: "score", align: "right", cell: ({ score }) => score?.toFixed(3) ?? "-" },
  { title: "X-SpamFlow", align: "left", cell: ({ verdict }) => verdict },
  { title: "", align: "left", cell: (row) => (isWrong(row) ? "wrong" : "") },
];

/** The table, the confusion matrix and the figures; mails of one class together, the highest score first. */
export function outcomeText(rows: readonly OutcomeRow[]): string {
  return [tableText(rows), matrixText(rows), figuresText(rows)].join("\n");
}

function isWrong({ hostClass, verdict }: OutcomeRow): boolean {
  return verdict === (hostClass === "spam" ? "No" : "Yes");
}

function tableText(rows: readonly OutcomeRow[]): string {
  const ordered = rows.toSorted(
    (left, right) =>
      left.hostClass.localeCompare(right.hostClass) ||
      (right.score ?? -1) - (left.score ?? -1) ||
      left.client.localeCompare(right.client),
  );
  const cells = [
    COLUMNS.map(({ title }) => title),
    ...ordered.map((row) => COLUMNS.map(({ cell }) => cell(row))),
  ];
  return linesOf(
    cells,
    COLUMNS.map(({ align }) => align),
  );
}

function matrixText(rows: readonly OutcomeRow[]): string {
  const { spamFound, spamMissed, hamAccused, hamPassed, unknown } = confusionMatrix(rows);
  const cells = [
    ["", "X-SpamFlow: Yes", "X-SpamFlow: No"],
    ["spam", String(spamFound), String(spamMissed)],
    ["ham", String(hamAccused), String(hamPassed)],
  ];
  const unscored = unknown === 0 ? "" : `${unknown} mails without a score\n`;
  return linesOf(cells, ["left", "right", "right"]) + unscored;
}

function figuresText(rows: readonly OutcomeRow[]): string {
  const { accuracy, precision, recall } = outcomeFigures(confusionMatrix(rows));
  return `accuracy ${percent(accuracy)}, precision ${percent(precision)}, recall ${percent(recall)}\n`;
}

function percent(share: number): string {
  return Number.isNaN(share) ? "-" : `${(100 * share).toFixed(1)} %`;
}

function linesOf(
  cells: readonly (readonly string[])[],
  aligns: readonly ("left" | "right")[],
): string {
  const widths = aligns.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells
    .map((row) => {
      const padded = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return aligns[column] === "right" ? cell.padStart(width) : cell.padEnd(width);
      });
      return `${padded.join("  ").trimEnd()}\n`;
    })
    .join("");
}
