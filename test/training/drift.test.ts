import { describe, expect, it } from "vitest";
import {
  driftOf,
  FEWEST_DRIFT_MAILS,
  MUCH_DRIFT,
  trainedDistributions,
} from "../../training/drift.ts";
import { selectRows, type Table } from "../../training/table.ts";
import { mixture } from "./tables.ts";

const whole = mixture({ rows: 4000, distance: 1, missing: 0.1 });
const past = selectRows(
  whole,
  Array.from({ length: 3000 }, (_, row) => row),
);
const later = selectRows(
  whole,
  Array.from({ length: 1000 }, (_, row) => 3000 + row),
);
const scoresOf = (table: Table) =>
  (table.columns[1] ?? new Float64Array(0)).map((v) => 1 / (1 + Math.exp(-v)));
const trained = trainedDistributions(past, scoresOf(past));

function changed(column: number, change: (value: number) => number): Table {
  return {
    ...later,
    columns: later.columns.map((values, i) => (i === column ? values.map(change) : values)),
  };
}

describe("driftOf", () => {
  it("finds nothing where nothing has changed, also in few mails", () => {
    const few = selectRows(
      later,
      Array.from({ length: FEWEST_DRIFT_MAILS }, (_, row) => row),
    );
    for (const { stability } of driftOf(trained, few, scoresOf(few)))
      expect(stability).toBeLessThan(0.2);
    for (const { stability } of driftOf(trained, later, scoresOf(later)))
      expect(stability).toBeLessThan(0.05);
  });

  it.each([
    ["has grown", (value: number) => value + 1],
    ["is spread wider", (value: number) => 3 * value],
    ["cannot be observed any more", () => NaN],
    ["has become a constant", () => 0],
  ])("names the feature that %s", (_, change) => {
    const now = changed(2, change);
    const drifts = driftOf(trained, now, scoresOf(later));
    expect(drifts[0]?.name).toBe("feature_2");
    expect(drifts[0]?.stability).toBeGreaterThan(MUCH_DRIFT);
    expect(drifts.filter(({ stability }) => stability > MUCH_DRIFT)).toHaveLength(1);
  });

  it("notices that the scores have moved", () => {
    const [first] = driftOf(
      trained,
      later,
      scoresOf(later).map((score) => score ** 4),
    );
    expect(first?.name).toBe("score");
    expect(first?.stability).toBeGreaterThan(MUCH_DRIFT);
  });

  it("is the index as it is defined", () => {
    const half = trainedDistributions(
      { names: ["a"], columns: [Float64Array.of(1, 1, 2, 2)], rows: 4 },
      Float64Array.of(0.05),
    );
    const now = { names: ["a"], columns: [Float64Array.of(1, 2, 2, 2)], rows: 4 };
    const a = driftOf(half, now, Float64Array.of(0.05)).find(({ name }) => name === "a");
    expect(a?.stability).toBeCloseTo(0.25 * Math.log(3), 9);
  });

  it("survives JSON", () => {
    const read = JSON.parse(JSON.stringify(trained)) as typeof trained;
    expect(driftOf(read, later, scoresOf(later))).toEqual(driftOf(trained, later, scoresOf(later)));
  });
});
