import type { ClassDistribution } from "./class-distribution.ts";
import {
  amountAxis,
  plot,
  type PlotFrame,
  plotFrame,
  shortNumber,
  type Tick,
} from "./plot-frame.ts";
import type { ReportDetails } from "./report-details.ts";
import { element, type Markup } from "./svg.ts";

const HOW_TO_READ = "Hatched: spam. White: ham.";

/** Mails of each class by score, in pairs of bars. */
export function scoreChart({ scores: { spam, ham } }: ReportDetails): Markup {
  const bins = spam.length;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: share * bins, text: String(share) }));
  const highest = Math.max(...spam, ...ham, 1);
  const frame = plotFrame(
    { label: "score", range: [0, bins], ticks },
    amountAxis("mails", highest),
  );
  return plot("Scores by class", HOW_TO_READ, [frame.axes, ...pairs(frame, spam, ham)]);
}

/** How one feature is spread among spam and ham, in bins of about equally many mails. */
export function distributionChart(distribution: ClassDistribution): Markup {
  const { feature, edges } = distribution;
  const spam = [...distribution.spam, distribution.spamMissing];
  const ham = [...distribution.ham, distribution.hamMissing];
  const missing = distribution.spamMissing + distribution.hamMissing > 0;
  const bins = edges.length + (missing ? 2 : 1);
  // Seven borders side by side would run into each other.
  const written = (i: number): boolean => edges.length < 4 || i % 2 === 0;
  const ticks: readonly Tick[] = [
    ...edges.map((edge, i) => ({ at: i + 1, text: written(i) ? shortNumber(edge) : "" })),
    ...(missing ? [{ at: bins - 0.5, text: "none" }] : []),
  ];
  const highest = Math.max(...spam, ...ham, 0.01);
  const frame = plotFrame(
    { label: feature, range: [0, bins], ticks },
    amountAxis("share of the class", highest),
  );
  const bars = pairs(frame, spam.slice(0, bins), ham.slice(0, bins));
  return plot(feature, `${HOW_TO_READ} The numbers are the borders of the bins.`, [
    frame.axes,
    ...bars,
  ]);
}

/** Two bars in each bin, the spam's on the left. */
function pairs(
  { x, y }: PlotFrame,
  spam: readonly number[],
  ham: readonly number[],
): readonly Markup[] {
  const bar = (bin: number, value: number, side: { offset: number; kind: string }): Markup => {
    const [left, right] = [x(bin + side.offset), x(bin + side.offset + 0.42)];
    const size = { x: left, y: y(value), width: right - left, height: y(0) - y(value) };
    return element("rect", { ...size, class: side.kind });
  };
  return spam.flatMap((value, bin) => [
    bar(bin, value, { offset: 0.08, kind: "spam" }),
    bar(bin, ham[bin] ?? 0, { offset: 0.5, kind: "ham" }),
  ]);
}
