import { describe, expect, it } from "vitest";
import { evaluate } from "../../training/evaluate.ts";
import type { Learner } from "../../training/learners/learner.ts";
import { logistic } from "../../training/learners/logistic-regression.ts";
import { selectRows, type Table } from "../../training/table.ts";
import { mailsOfSenders, memorising } from "./memorising-learner.ts";
import { predictorGiving } from "./predictors.ts";
import { mixture, tableFrom } from "./tables.ts";

const OPTIONS = { seed: 1 };

/** Learns nothing, remembers the tables it was given and says 0.9 where the first feature is above zero. */
function spy(): { readonly learner: Learner; readonly fitted: Table[] } {
  const fitted: Table[] = [];
  const predictor = predictorGiving(([value = 0]) => (value > 0 ? 0.9 : 0.1));
  const fit = (table: Table) => {
    fitted.push(table);
    return predictor;
  };
  return { learner: { name: "spy", fit, restore: () => predictor }, fitted };
}

/** `rows` rows, spam and ham by turns; the first feature is what `value` makes of the row. */
function alternating(rows: number, value: (row: number) => number): Table {
  const numbers = Array.from({ length: rows }, (_, row) => row);
  return tableFrom(
    { a: numbers.map(value) },
    numbers.map((row) => row % 2),
  );
}

describe("evaluate", () => {
  it("learns from the earlier 70 % and judges the later 30 %", () => {
    const { learner, fitted } = spy();
    // Right on every row from 70 on, wrong on every one before.
    const table = alternating(100, (row) => ((row % 2 === 1) === row >= 70 ? 1 : -1));
    expect(evaluate(table, learner, OPTIONS)).toMatchObject({
      kind: "held-out",
      reason: null,
      learntFrom: 70,
      judged: 30,
      judgedSpam: 15,
      threshold: 0.5,
      metrics: { accuracy: 1, precision: 1, recall: 1, auc: 1 },
    });
    expect(fitted).toEqual([selectRows(table, [...Array(70).keys()])]);
  });

  it("sets the share of spam in the rows learnt from beside the model", () => {
    const labels = Array.from({ length: 100 }, (_, row) =>
      row < 70 ? +(row % 10 === 0) : row % 2,
    );
    const { baseline } = evaluate(tableFrom({ a: labels }, labels), spy().learner, OPTIONS);
    expect(baseline).toMatchObject({ accuracy: 0.5, precision: null, recall: 0, auc: 0.5 });
    expect(baseline.logLoss).toBeCloseTo(-(Math.log(0.1) + Math.log(0.9)) / 2, 12);
  });

  it("has null where the later rows are of one class", () => {
    const labels = Array.from({ length: 100 }, (_, row) => (row < 70 ? row % 2 : 0));
    const evaluation = evaluate(tableFrom({ a: labels }, labels), spy().learner, OPTIONS);
    expect(evaluation).toMatchObject({
      kind: "held-out",
      judgedSpam: 0,
      metrics: { accuracy: 1, auc: null, recall: null, recallAt1PercentFpr: null },
    });
  });

  it.each([
    [
      "few rows to learn from",
      alternating(12, (row) => row),
      "the earlier 9 examples have 4 spam and 5 ham, of 5 needed of each",
    ],
    ["few rows to judge", alternating(20, (row) => row), "the later examples are 6, of 10 needed"],
    [
      "earlier rows of one class",
      tableFrom({ a: Array<number>(100).fill(1) }, [
        ...Array<number>(70).fill(1),
        ...Array<number>(30).fill(0),
      ]),
      "the earlier 70 examples have 70 spam and 0 ham, of 5 needed of each",
    ],
  ])("judges on what was learnt from and says so with %s", (_, table, reason) => {
    const { learner, fitted } = spy();
    expect(evaluate(table, learner, OPTIONS)).toMatchObject({
      kind: "in-sample",
      reason,
      learntFrom: table.rows,
      judged: table.rows,
    });
    expect(fitted).toEqual([table]);
  });

  it("finds a real learner better than the constant where there is something to learn", () => {
    const { metrics, baseline } = evaluate(mixture({ rows: 400, distance: 2 }), logistic, OPTIONS);
    expect(metrics.auc).toBeGreaterThan(0.85);
    expect(metrics.logLoss).toBeLessThan((baseline.logLoss ?? NaN) - 0.2);
  });

  it("finds it no better where there is nothing to learn", () => {
    const { metrics } = evaluate(mixture({ rows: 1000, distance: 0 }), logistic, OPTIONS);
    expect(Math.abs((metrics.auc ?? NaN) - 0.5)).toBeLessThan(0.1);
  });

  it("tells of senders that were never seen, where senders are known", () => {
    const { metrics, unseenSenders } = evaluate(mailsOfSenders(2000, 400), memorising, OPTIONS);
    expect(metrics.auc).toBeGreaterThan(0.95);
    expect(unseenSenders).toMatchObject({ kind: "judged", metrics: { auc: 0.5 } });
    const anonymous = mixture({ rows: 100, distance: 1 });
    expect(evaluate(anonymous, memorising, OPTIONS).unseenSenders).toBeNull();
  });

  it("has an interval around each figure, wider where few senders are judged", () => {
    const table = mixture({ rows: 400, distance: 1 });
    const { metrics, intervals } = evaluate(table, logistic, OPTIONS);
    expect(intervals?.auc?.low).toBeLessThan(metrics.auc ?? 0);
    expect(intervals?.auc?.high).toBeGreaterThan(metrics.auc ?? 0);
    const groups = table.labels.map((label, row) => 10 * label + (row % 3));
    const few = evaluate({ ...table, groups: Uint32Array.from(groups) }, logistic, OPTIONS);
    expect(few.intervals?.accuracy).not.toEqual(intervals?.accuracy);
  });
});
