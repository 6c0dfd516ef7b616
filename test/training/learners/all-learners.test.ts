import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_LEARNER,
  LEARNERS,
  learnerNamed,
} from "../../../training/learners/all-learners.ts";
import { sumOf } from "../../../training/learners/explanation.ts";
import { classWeights, type Learner, type Predictor } from "../../../training/learners/learner.ts";
import { strengthsOf } from "../../../training/learners/strengths.ts";
import { rowValues, selectRows, type Table } from "../../../training/table.ts";
import { anyValue, mixture, tableFrom } from "../tables.ts";

const OPTIONS = { seed: 1 };
const TABLE = mixture({ rows: 160, distance: 2, missing: 0.1 });

function predictions(predictor: Predictor, table: Table): readonly number[] {
  return Array.from({ length: table.rows }, (_, row) =>
    predictor.probability(rowValues(table, row)),
  );
}

/** The share of rows that fall on the right side of a half. */
function accuracyOf(predictor: Predictor, table: Table): number {
  const right = predictions(predictor, table).filter(
    (probability, row) => probability >= 0.5 === (table.labels[row] === 1),
  );
  return right.length / table.rows;
}

function withReversedColumns(table: Table): Table {
  return { ...table, names: table.names.toReversed(), columns: table.columns.toReversed() };
}

function withNoise(table: Table): Table {
  const [noise = new Float64Array(0)] = mixture({ rows: table.rows, distance: 0, seed: 9 }).columns;
  return { ...table, names: [...table.names, "noise"], columns: [...table.columns, noise] };
}

/** What every learner must do, whatever is behind it. */
describe.each([...LEARNERS.values()])("the learner $name", (learner: Learner) => {
  const predictor = learner.fit(TABLE, OPTIONS);

  it("tells the classes apart on rows that it has not seen", () => {
    expect(accuracyOf(predictor, mixture({ rows: 1000, distance: 2, seed: 5 }))).toBeGreaterThan(
      0.76,
    );
  });

  it("does not touch what it learns from", () => {
    const table = structuredClone(TABLE);
    learner.fit(table, OPTIONS);
    expect(table).toEqual(TABLE);
  });

  it("gives the same predictor for the same seed", () => {
    expect(learner.fit(TABLE, OPTIONS).parameters()).toEqual(predictor.parameters());
  });

  it("does not depend on the order of the features", () => {
    const table = withReversedColumns(TABLE);
    const reversed = predictions(learner.fit(table, OPTIONS), table);
    predictions(predictor, TABLE).forEach((probability, row) => {
      expect(reversed[row]).toBeCloseTo(probability, 6);
    });
  });

  it("is not harmed by a feature that says nothing", () => {
    const judged = mixture({ rows: 1000, distance: 2, seed: 5 });
    const noisy = learner.fit(withNoise(TABLE), OPTIONS);
    expect(accuracyOf(noisy, withNoise(judged))).toBeGreaterThan(
      accuracyOf(predictor, judged) - 0.03,
    );
  });

  it("takes a missing value for a value of its own", () => {
    const labels = Array.from({ length: 200 }, (_, row) => row % 2);
    const rtt = labels.map((label, row) => (label === 1 && row % 3 > 0 ? NaN : row));
    const blind = learner.fit(tableFrom({ rtt }, labels), OPTIONS);
    expect(blind.probability(Float64Array.of(NaN))).toBeGreaterThan(0.8);
    for (const value of [0, 30, 100, 200])
      expect(blind.probability(Float64Array.of(value))).toBeLessThan(0.5);
  });

  it("judges without a feature that it learnt from", () => {
    const judged = mixture({ rows: 1000, distance: 2, seed: 5 });
    const blank = new Float64Array(judged.rows).fill(NaN);
    const columns = judged.columns.map((column, i) => (i === 3 ? blank : column));
    expect(accuracyOf(predictor, { ...judged, columns })).toBeGreaterThan(0.76);
  });

  it("judges the same after its parameters went through JSON", () => {
    const json: unknown = JSON.parse(JSON.stringify(predictor.parameters()));
    const restored = learner.restore(json, TABLE.names);
    expect(predictions(restored, TABLE)).toEqual(predictions(predictor, TABLE));
    expect(restored.explain(rowValues(TABLE, 0))).toEqual(predictor.explain(rowValues(TABLE, 0)));
  });

  it("gives a probability whatever it is asked, and finite log-odds that agree with it", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 6 }), (values) => {
        const probability = predictor.probability(Float64Array.from(values));
        const logOdds = predictor.logOdds(Float64Array.from(values));
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
        expect(Number.isFinite(logOdds)).toBe(true);
        expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 12);
      }),
    );
  });

  it("explains its log-odds by features that add up to them", () => {
    const row = fc.array(anyValue, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(row, (values) => {
        const explanation = predictor.explain(Float64Array.from(values));
        const logOdds = predictor.logOdds(Float64Array.from(values));
        expect(sumOf(explanation)).toBeCloseTo(logOdds, 8);
      }),
    );
    const rows = Array.from({ length: TABLE.rows }, (_, at) => at);
    for (const at of rows) {
      const values = rowValues(TABLE, at);
      expect(sumOf(predictor.explain(values))).toBeCloseTo(predictor.logOdds(values), 8);
    }
  });

  it("finds the feature that tells the classes apart the strongest, and its direction", () => {
    const [strongest] = strengthsOf(predictor, TABLE).toSorted(
      (a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds),
    );
    expect(strongest?.feature).toBe("feature_0");
    expect(strongest?.logOdds).toBeGreaterThan(0.5);
  });

  it("gives rows of greater weight more say", () => {
    const heavySpam = classWeights(TABLE.labels, { spam: 5, ham: 1 });
    const weighted = learner.fit(TABLE, { ...OPTIONS, rowWeights: heavySpam });
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, p) => sum + p, 0) / 160;
    expect(mean(predictions(weighted, TABLE))).toBeGreaterThan(
      mean(predictions(predictor, TABLE)) + 0.08,
    );
  });

  it("gives a probability whatever it learnt from", () => {
    const rows = fc.array(fc.tuple(anyValue, anyValue), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(rows, (values) => {
        const columns = { a: values.map(([a]) => a), b: values.map(([, b]) => b) };
        const table = tableFrom(
          columns,
          values.map((_, row) => row % 2),
        );
        for (const probability of predictions(learner.fit(table, OPTIONS), table)) {
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["an empty table", []],
    ["spam alone", [...TABLE.labels.keys()].filter((row) => TABLE.labels[row] === 1)],
    ["ham alone", [...TABLE.labels.keys()].filter((row) => TABLE.labels[row] === 0)],
  ])("refuses %s", (_, rows) => {
    expect(() => learner.fit(selectRows(TABLE, rows), OPTIONS)).toThrow(
      expect.objectContaining({ fault: "not-enough" }),
    );
  });

  it.each([null, 7, "x", [], {}])("refuses to be restored from %j", (parameters) => {
    expect(() => learner.restore(parameters, TABLE.names)).toThrow(
      expect.objectContaining({ fault: "bad-model" }),
    );
  });

  it("refuses to be restored for another number of features", () => {
    const parameters = predictor.parameters();
    expect(() => learner.restore(parameters, ["one"])).toThrow(
      expect.objectContaining({ fault: "bad-model" }),
    );
  });
});

describe("learnerNamed", () => {
  it("finds the default one", () => {
    expect(learnerNamed(DEFAULT_LEARNER).name).toBe("blend");
  });

  it("finds a learner by its name", () => {
    for (const [name, learner] of LEARNERS) expect(learnerNamed(name)).toBe(learner);
  });

  it("tells which learners there are where there is none of the name", () => {
    expect(() => learnerNamed("oracle")).toThrow(
      expect.objectContaining({
        fault: "unknown-learner",
        message: `no learner is named "oracle"; there are: ${[...LEARNERS.keys()].join(", ")}`,
      }),
    );
  });
});
