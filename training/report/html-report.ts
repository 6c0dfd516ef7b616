import type { Feedback } from "../feedback.ts";
import type { Metrics } from "../metrics/measure.ts";
import type { RegimeFigures } from "../progressive-report.ts";
import type { TrainingReport } from "../report.ts";
import { distributionChart, scoreChart } from "./bar-charts.ts";
import { precisionRecallChart, reliabilityChart, rocChart } from "./curve-charts.ts";
import { importanceChart, learningCurveChart } from "./learning-charts.ts";
import { PAGE_STYLE, PATTERNS } from "./page-style.ts";
import type { ReportDetails } from "./report-details.ts";
import { element, escapeText, type Markup } from "./svg.ts";
import { figure, intervalText, METRIC_LINES, originLines, evaluationText } from "./text-report.ts";

/** One page that needs nothing but itself: no script, no picture, no font, nothing from elsewhere. */
export function htmlReport(report: TrainingReport, details: ReportDetails): Markup {
  const title = `SpamFlow: ${report.model}`;
  const { judged, judgedSpam } = report.evaluation;
  const plots = [
    rocChart(details),
    precisionRecallChart(details, judgedSpam / Math.max(judged, 1)),
    reliabilityChart(details),
    scoreChart(details),
    learningCurveChart(details),
    importanceChart(details),
    ...details.distributions.map(distributionChart),
  ];
  const body = [
    element("h1", {}, [escapeText(title)]),
    element("pre", {}, [escapeText(originLines(report).join("\n"))]),
    element("h2", {}, ["How it did"]),
    ...evaluationText(report).map((line) => element("p", {}, [escapeText(line)])),
    figureTable(report),
    PATTERNS,
    element("section", {}, plots),
    element("h2", {}, ["As a site would have lived it"]),
    element("p", {}, [REGIME_NOTE]),
    regimeTable(details.progressive.regimes),
  ];
  return `<!doctype html>\n<html lang="en"><head>${head(title)}</head><body>${body.join("\n")}</body></html>\n`;
}

function head(title: string): Markup {
  return [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    element("title", {}, [escapeText(title)]),
    element("style", {}, [PAGE_STYLE]),
  ].join("");
}

function figureTable({ evaluation }: TrainingReport): Markup {
  const { metrics, intervals, baseline, unseenSenders } = evaluation;
  const unseen = unseenSenders?.kind === "judged" ? unseenSenders.metrics : undefined;
  const heading = ["", "model", "constant", ...(unseen ? ["unseen senders"] : [])];
  const rows = METRIC_LINES.map(({ name, value, interval }) => {
    const range = intervalText(interval === undefined ? null : (intervals?.[interval] ?? null));
    const cells = [value(baseline), ...(unseen ? [value(unseen)] : [])].map(figure);
    return [name, `${figure(value(metrics))} ${range}`.trim(), ...cells];
  });
  return table(heading, rows, "figures");
}

const REGIME_NOTE =
  "Each mail is judged first and learnt when its label comes. The frozen model stopped to learn after a quarter of the " +
  "labels and judges the same mails: where it is as good, nothing has drifted; where it falls behind, learning pays.";

function regimeTable(regimes: readonly RegimeFigures[]): Markup {
  const cell = ({ accuracy, auc, logLoss }: Metrics): string =>
    `${figure(accuracy)} / ${figure(auc === null ? null : 100 * (1 - auc))} / ${figure(logLoss)}`;
  const rows = regimes.map(({ feedback, judged, learnt, learning, frozen }) => [
    regimeName(feedback),
    `${judged} / ${learnt}`,
    cell(learning),
    cell(frozen),
  ]);
  const figures = "accuracy / (1 − AUC) % / log loss";
  return table(
    ["labels", "judged / learnt", `learning: ${figures}`, `frozen: ${figures}`],
    rows,
    "regimes",
  );
}

export function regimeName(feedback: Feedback): string {
  if (feedback.kind === "immediate") return "at once";
  if (feedback.kind === "delayed") return `after ${feedback.mails} mails`;
  const share = `${Math.round(100 * feedback.share)} %`;
  return feedback.kind === "partial"
    ? `of ${share} of the senders`
    : `asked for ${share} of the mails`;
}

function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  kind: string,
): Markup {
  const row = (name: "th" | "td", cells: readonly string[]): Markup => {
    const written = cells.map((cell, column) =>
      element(column === 0 ? "th" : name, {}, [escapeText(cell)]),
    );
    return element("tr", {}, written);
  };
  const body = [row("th", heading), ...rows.map((cells) => row("td", cells))];
  return element("table", { class: kind }, body);
}
