import type { CurvePoint, OperatingPoint, ReportDetails } from "./report-details.ts";
import { plot, type PlotFrame, plotFrame, shareAxis } from "./plot-frame.ts";
import { element, type Markup, polyline, textAt } from "./svg.ts";

/** How far the words stand from the point they name. */
const LABEL_GAP = 8;

/** Recall against the false-positive rate, with the operating point. */
export function rocChart({ curve, operating }: ReportDetails): Markup {
  const frame = plotFrame(shareAxis("false-positive rate"), shareAxis("recall"));
  const { x, y } = frame;
  const points = curve.map((point) => [x(point.falsePositiveRate), y(point.recall)] as const);
  return plot(
    "ROC curve",
    `Solid: the model. Dashed: a coin. The point is the threshold ${operating.threshold.toFixed(3)}: ${percent(operating.recall)} of the spam at ${percent(operating.falsePositiveRate)} of the ham.`,
    [
      frame.axes,
      polyline(
        [
          [x(0), y(0)],
          [x(1), y(1)],
        ],
        { class: "other" },
      ),
      polyline(points, { class: "model" }),
      operatingMark(frame, operating, [operating.falsePositiveRate, operating.recall]),
    ],
  );
}

/** Precision against recall, with the operating point and the share of spam as what a coin would do. */
export function precisionRecallChart(
  { curve, operating }: ReportDetails,
  shareOfSpam: number,
): Markup {
  const frame = plotFrame(shareAxis("recall"), shareAxis("precision"));
  const { x, y } = frame;
  return plot(
    "Precision and recall",
    `Solid: the model. Dashed: the share of spam, ${percent(shareOfSpam)}, which calling everything spam would have.`,
    [
      frame.axes,
      polyline(
        [
          [x(0), y(shareOfSpam)],
          [x(1), y(shareOfSpam)],
        ],
        { class: "other" },
      ),
      polyline(
        curve.flatMap((point) => precisionPoint(frame, point)),
        { class: "model" },
      ),
      operating.precision === null
        ? ""
        : operatingMark(frame, operating, [operating.recall, operating.precision]),
    ],
  );
}

function precisionPoint({ x, y }: PlotFrame, { recall, precision }: CurvePoint) {
  return precision === null ? [] : [[x(recall), y(precision)] as const];
}

function operatingMark(
  { x, y }: PlotFrame,
  { threshold }: OperatingPoint,
  [across, up]: readonly [number, number],
): Markup {
  const right = across < 0.6;
  return (
    element("circle", { cx: x(across), cy: y(up), r: 5, class: "point" }) +
    textAt(threshold.toFixed(3), {
      x: x(across) + (right ? LABEL_GAP : -LABEL_GAP),
      y: y(up) + (up > 0.5 ? 16 : -LABEL_GAP),
      "text-anchor": right ? "start" : "end",
    })
  );
}

/** What share of the mails of a score is spam; on the diagonal a score means what it says. */
export function reliabilityChart({ reliability }: ReportDetails): Markup {
  const frame = plotFrame(shareAxis("score"), shareAxis("share of spam"));
  const { x, y } = frame;
  const most = Math.max(...reliability.map(({ mails }) => mails), 1);
  const points = reliability.map(
    ({ meanProbability, shareOfSpam }) => [x(meanProbability), y(shareOfSpam)] as const,
  );
  return plot(
    "Reliability",
    "Dashed: a score that means what it says. The larger a point, the more mails it stands for.",
    [
      frame.axes,
      polyline(
        [
          [x(0), y(0)],
          [x(1), y(1)],
        ],
        { class: "other" },
      ),
      polyline(points, { class: "model" }),
      ...reliability.map(({ mails }, i) => {
        const [cx = 0, cy = 0] = points[i] ?? [];
        return element("circle", { cx, cy, r: 2 + 5 * Math.sqrt(mails / most), class: "point" });
      }),
    ],
  );
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
