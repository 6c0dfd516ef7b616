import { describe, expect, it } from "vitest";
import { htmlReport, regimeName } from "../../../training/report/html-report.ts";
import { DETAILS } from "./sample-details.ts";
import { METRICS, REPORT } from "./sample-report.ts";

describe("htmlReport", () => {
  const page = htmlReport(REPORT, DETAILS);

  it("is one page that loads nothing and runs nothing", () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<img|<link|@import|src=|https?:/);
    expect(page).toContain("default-src 'none'");
    // Hatching is the only thing referred to, and it is in the page.
    expect(new Set(page.match(/url\([^)]*\)/g))).toEqual(new Set(["url(#hatched)"]));
    expect(page).toContain('id="hatched"');
  });

  it("has each plot, each figure and each regime", () => {
    const titles = [...page.matchAll(/<figcaption>([^<]*)</g)].map(([, title]) => title);
    expect(titles).toEqual([
      "ROC curve",
      "Precision and recall",
      "Reliability",
      "Scores by class",
      "Learning curve",
      "What the features are worth",
      ...DETAILS.distributions.map(({ feature }) => feature),
    ]);
    expect(page).toContain("<th>(1 − AUC) %</th><td>12.500</td>");
    expect(page).toContain("<th>at once</th>");
    expect(page).toContain("<th>asked for 10 % of the mails</th>");
  });

  it("sets unseen senders beside where they were judged", () => {
    const unseenSenders = { kind: "judged", learntFrom: 80, metrics: METRICS } as const;
    const evaluation = { ...REPORT.evaluation, unseenSenders };
    expect(htmlReport({ ...REPORT, evaluation }, DETAILS)).toContain("<th>unseen senders</th>");
    expect(page).not.toContain("<th>unseen senders</th>");
  });

  it("makes no markup of names from outside", () => {
    const name = "<script>alert(1)</script>&\"'";
    const [first] = DETAILS.distributions;
    const distributions = first === undefined ? [] : [{ ...first, feature: name }];
    const hostile = htmlReport(
      { ...REPORT, teachers: { [name]: { spam: 1, ham: 1 } }, constant: [name] },
      { ...DETAILS, distributions, importance: [{ feature: name, lossIncrease: 1 }] },
    );
    expect(hostile).not.toContain("<script");
    expect(hostile).toContain("&lt;script&gt;");
  });
});

describe("regimeName", () => {
  it.each([
    [{ kind: "immediate" }, "at once"],
    [{ kind: "delayed", mails: 200 }, "after 200 mails"],
    [{ kind: "partial", share: 0.5 }, "of 50 % of the senders"],
    [{ kind: "active", share: 0.1 }, "asked for 10 % of the mails"],
  ] as const)("calls %j %s", (feedback, name) => {
    expect(regimeName(feedback)).toBe(name);
  });
});
