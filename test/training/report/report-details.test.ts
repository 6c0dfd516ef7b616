import { describe, expect, it } from "vitest";
import { DETAILS, TRAINING } from "./sample-details.ts";

const { judged, scored } = TRAINING.heldOut;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("reportDetails", () => {
  it("draws the curve from nothing to everything, in few enough points", () => {
    const { curve } = DETAILS;
    expect(curve[0]).toEqual({ falsePositiveRate: 0, recall: 0, precision: null });
    expect(curve.at(-1)).toMatchObject({ falsePositiveRate: 1, recall: 1 });
    expect(curve.length).toBeGreaterThan(50);
    expect(curve.length).toBeLessThanOrEqual(202);
  });

  it("marks the point of the model's threshold, which lies on the curve", () => {
    const { operating } = DETAILS;
    expect(operating.threshold).toBe(0.8);
    const spam = scored.probabilities.filter((p, i) => p >= 0.8 && judged.labels[i] === 1).length;
    const all = sum([...judged.labels]);
    expect(operating.recall).toBeCloseTo(spam / all, 12);
    expect(operating.precision).toBeGreaterThan(0.8);
  });

  it("counts every held-out mail once, by score and by reliability", () => {
    const { spam, ham } = DETAILS.scores;
    expect(sum(spam) + sum(ham)).toBe(judged.rows);
    expect(sum(DETAILS.reliability.map(({ mails }) => mails))).toBe(judged.rows);
    for (const { meanProbability, shareOfSpam, mails } of DETAILS.reliability)
      if (mails > 30) expect(Math.abs(meanProbability - shareOfSpam)).toBeLessThan(0.25);
  });

  it("finds the one feature that tells, and how it is spread", () => {
    const [first] = DETAILS.importance;
    expect(first?.feature).toBe("feature_0");
    const [drawn] = DETAILS.distributions;
    expect(drawn?.feature).toBe("feature_0");
    expect(drawn?.spam.at(-1)).toBeGreaterThan((drawn?.ham.at(-1) ?? 1) * 3);
    expect(drawn?.hamMissing).toBeGreaterThan(0.05);
  });

  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(DETAILS))).toEqual(DETAILS);
  });
});
