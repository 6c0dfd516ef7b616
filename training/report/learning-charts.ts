import { amountAxis, plot, plotFrame, PLOT_WIDTH, shareAxis } from "./plot-frame.ts";
import type { ReportDetails } from "./report-details.ts";
import { element, type Markup, polyline, textAt } from "./svg.ts";

/** Accuracy of mails judged one after another, by how much had been learnt before. */
export function learningCurveChart({ progressive: { curve } }: ReportDetails): Markup {
  const most = Math.max(...curve.map(({ learnt }) => learnt), 1);
  const frame = plotFrame(amountAxis("examples learnt", most), shareAxis("share of the mails"));
  const { x, y } = frame;
  const through = (value: (point: (typeof curve)[number]) => number | null) =>
    curve.flatMap((point) => {
      const at = value(point);
      return at === null ? [] : [[x(point.learnt), y(at)] as const];
    });
  return plot(
    "Learning curve",
    "Each mail is judged before its label is known. Solid: accuracy. Dotted: AUC. Dashed: share of the larger class.",
    [
      frame.axes,
      polyline(
        through(({ majority }) => majority),
        { class: "other" },
      ),
      polyline(
        through(({ auc }) => auc),
        { class: "dotted" },
      ),
      polyline(
        through(({ accuracy }) => accuracy),
        { class: "model" },
      ),
    ],
  );
}

const MOST_BARS = 12;
const ROW_HEIGHT = 18;
const NAME_WIDTH = 190;

/** By how much the log loss rises without what each feature tells. */
export function importanceChart({ importance }: ReportDetails): Markup {
  const shown = importance.slice(0, MOST_BARS);
  const highest = Math.max(...shown.map(({ lossIncrease }) => lossIncrease), 1e-9);
  const rows = shown.map(({ feature, lossIncrease }, i) => {
    const y = 4 + i * ROW_HEIGHT;
    const width = (Math.max(lossIncrease, 0) / highest) * (PLOT_WIDTH - NAME_WIDTH - 56);
    return [
      textAt(shortName(feature), { x: NAME_WIDTH - 6, y: y + 11, "text-anchor": "end" }),
      element("rect", { x: NAME_WIDTH, y, width, height: ROW_HEIGHT - 5, class: "spam" }),
      textAt(lossIncrease.toFixed(3), { x: NAME_WIDTH + width + 5, y: y + 11 }),
    ].join("");
  });
  return plot(
    "What the features are worth",
    "By how much the log loss of the held-out mails rises when a feature's values are dealt out anew among them.",
    rows,
  );
}

const LONGEST_NAME = 30;

/** A table's columns may have names of any length. */
function shortName(feature: string): string {
  return feature.length <= LONGEST_NAME ? feature : `${feature.slice(0, LONGEST_NAME - 1)}…`;
}
