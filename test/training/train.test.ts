import { describe, expect, it } from "vitest";
import { FEATURE_NAMES } from "../../features/index.ts";
import { train, trainOnTable } from "../../training/train.ts";
import { example, mixedExamples } from "./examples.ts";
import { mixture, tableFrom } from "./tables.ts";

const OPTIONS = { learner: "logistic", version: 3, time: 1_764_100_000 };
const EXAMPLES = mixedExamples({ rows: 200, distance: 2 });

describe("train", () => {
  const { model, evaluation } = train(EXAMPLES, OPTIONS);

  it("learns what tells the classes apart", () => {
    expect(model.probability({ handshake_rtt: 0.3, client_max_idle: 1 })).toBeGreaterThan(0.7);
    expect(model.probability({ handshake_rtt: 0.02, client_max_idle: 1 })).toBeLessThan(0.2);
    expect(evaluation.metrics.auc).toBeGreaterThan(0.85);
  });

  it("names the model by learner and version, and knows every feature there is", () => {
    expect(model.name).toBe("logistic-3");
    expect(model.features).toEqual([...FEATURE_NAMES].sort());
    expect(model.threshold).toBeNull();
  });

  it("judges on the later examples and makes the model of all of them", () => {
    expect(evaluation).toMatchObject({ kind: "held-out", learntFrom: 140, judged: 60 });
    const earlier = train(EXAMPLES.slice(0, 140), OPTIONS).model;
    expect(earlier.predictor.parameters()).not.toEqual(model.predictor.parameters());
  });

  it("gives the same model whatever the order of the examples", () => {
    expect(train(EXAMPLES.toReversed(), OPTIONS).model.predictor.parameters()).toEqual(
      model.predictor.parameters(),
    );
  });

  it("ignores features that do not exist", () => {
    const odd = EXAMPLES.map((one, row) => ({ ...one, features: { ...one.features, odd: row } }));
    expect(train(odd, OPTIONS).model.predictor.parameters()).toEqual(model.predictor.parameters());
  });

  it("keeps where the model comes from", () => {
    const taught = EXAMPLES.map((one, row) => ({
      ...one,
      teacher: row < 50 ? "rspamd" : "people",
    }));
    const { summary } = train(taught, OPTIONS).model;
    const spam = EXAMPLES.filter(({ label }) => label === "spam").length;
    expect(summary).toMatchObject({
      time: OPTIONS.time,
      examples: 200,
      spam,
      ham: 200 - spam,
      from: EXAMPLES[0]?.ended,
      to: EXAMPLES.at(-1)?.ended,
      evaluation,
    });
    const counts = Object.values(summary.teachers ?? {});
    expect(Object.keys(summary.teachers ?? {})).toEqual(["rspamd", "people"]);
    expect(counts.map((count) => count.spam + count.ham)).toEqual([50, 150]);
  });

  it("counts the examples of teachers beyond the fiftieth together", () => {
    const taught = EXAMPLES.map((one, row) => ({ ...one, teacher: `teacher-${row}` }));
    const { teachers } = train(taught, OPTIONS).model.summary;
    const others = teachers?.["others"] ?? { spam: 0, ham: 0 };
    expect(Object.keys(teachers ?? {})).toHaveLength(51);
    expect(others.spam + others.ham).toBe(150);
  });

  it("leaves out examples of an incomplete capture", () => {
    const cut = EXAMPLES.map((one) => ({ ...one, complete: false, label: "spam" as const }));
    const mixed = train([...EXAMPLES, ...cut], OPTIONS);
    expect(mixed.model.predictor.parameters()).toEqual(model.predictor.parameters());
    expect(mixed.report.incomplete).toBe(200);
    expect(() => train(cut, OPTIONS)).toThrow("no capture of the 200 examples is complete");
  });

  it.each([
    ["no examples", [], "there is no example to learn from"],
    ["one class", [example(), example()], /^all 2 examples are ham/],
  ])("refuses %s", (_, examples, message) => {
    expect(() => train(examples, OPTIONS)).toThrow(message);
  });

  it("refuses a learner that does not exist", () => {
    expect(() => train(EXAMPLES, { ...OPTIONS, learner: "oracle" })).toThrow(
      expect.objectContaining({ fault: "unknown-learner" }),
    );
  });
});

describe("trainOnTable", () => {
  it("learns from columns of any name", () => {
    const { model } = trainOnTable(mixture({ rows: 200, distance: 3 }), OPTIONS);
    expect(model.features).toEqual(["feature_0", "feature_1", "feature_2", "feature_3"]);
    expect(model.probability({ feature_0: 3 })).toBeGreaterThan(0.8);
  });

  it("knows neither teachers nor times", () => {
    const { summary } = trainOnTable(mixture({ rows: 50, distance: 3 }), OPTIONS).model;
    expect(summary).toMatchObject({ teachers: null, from: null, to: null });
  });

  it("gives the same model whatever the order of the columns", () => {
    const [a, b] = [
      Array.from({ length: 40 }, (_, i) => i),
      Array.from({ length: 40 }, (_, i) => i % 7),
    ];
    const labels = a.map((i) => +((i * 7) % 40 > 20));
    const parameters = (columns: Record<string, number[]>) =>
      trainOnTable(tableFrom(columns, labels), OPTIONS).model.predictor.parameters();
    expect(parameters({ a, b })).toEqual(parameters({ b, a }));
  });

  it("chooses a threshold for a wanted false-positive rate where there is ham enough", () => {
    const table = mixture({ rows: 1000, distance: 3 });
    const { model } = trainOnTable(table, { ...OPTIONS, maxFpr: 0.05 });
    expect(model.threshold).toBeGreaterThan(0.5);
    expect(model.summary.thresholdChoice).toMatchObject({ maxFpr: 0.05, missingHam: 0 });
    const spam = table.labels.reduce((sum, label) => sum + label, 0);
    const strict = trainOnTable(table, { ...OPTIONS, maxFpr: 0.001 }).model;
    expect(strict.threshold).toBeNull();
    expect(strict.summary.thresholdChoice?.missingHam).toBe(2995 - (1000 - spam));
  });
});
