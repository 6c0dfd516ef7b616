import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../training/learners/draw-rows.ts";
import { type Contestant, decide, decideFirst, whyNotYet } from "../../training/promotion.ts";

const ROWS = 400;
const uniform = uniformNumbers(5);
const labels = Uint8Array.from({ length: ROWS }, () => (uniform() < 0.5 ? 1 : 0));
const noise = Float64Array.from({ length: ROWS }, uniform);

/** A model that is right with a certainty of its own: 0 is a coin, 1 the truth. */
function contestant(name: string, certainty: number, threshold = 0.8): Contestant {
  const probabilities = Float64Array.from(labels, (label, row) => {
    const truth = label === 1 ? 0.9 : 0.1;
    return certainty * truth + (1 - certainty) * (noise[row] ?? 0.5);
  });
  return { name, probabilities, threshold };
}

const present = contestant("forest-1", 0.5);
const common = { labels, groups: undefined, seed: 1 };

describe("decide", () => {
  it("promotes a challenger that is better", () => {
    const decision = decide({ ...common, present, challenger: contestant("forest-2", 0.8) });
    expect(decision).toMatchObject({ kind: "promoted" });
    expect(decision.reason).toMatch(/^log loss −0\.\d+ against forest-1, .*AUC .*false positives/);
  });

  it("keeps a worse one aside", () => {
    const decision = decide({ ...common, present, challenger: contestant("forest-2", 0.3) });
    expect(decision).toMatchObject({ kind: "aside" });
    expect(decision.reason).toMatch(/^log loss \+0\.\d+ against forest-1/);
  });

  it("keeps an equal one aside", () => {
    const equal = { ...present, name: "forest-2" };
    expect(decide({ ...common, present, challenger: equal })).toEqual({
      kind: "aside",
      reason: "log loss ±0.0000 against forest-1, with 95 % certainty at most ±0.0000",
    });
  });

  it("keeps one aside whose gain may be luck", () => {
    const challenger = contestant("forest-2", 0.5);
    // Better on seven mails of four hundred, worse on five.
    labels.subarray(0, 12).forEach((label, row) => {
      challenger.probabilities[row] = +(row < 7) === label ? 0.9 : 0.1;
    });
    expect(decide({ ...common, present, challenger })).toMatchObject({ kind: "aside" });
  });

  it("keeps one aside that gains on the mails of a single sender", () => {
    const challenger = contestant("forest-2", 0.5);
    const probabilities = challenger.probabilities.map((probability, row) =>
      row < 120 ? ((labels[row] ?? 0) === 1 ? 0.95 : 0.05) : probability * 0.98 + 0.01,
    );
    const better = { ...challenger, probabilities };
    const groups = Uint32Array.from(labels, (_, row) => (row < 120 ? 0 : row));
    expect(decide({ ...common, present, challenger: better }).kind).toBe("promoted");
    expect(decide({ ...common, groups, present, challenger: better }).kind).toBe("aside");
  });

  it("keeps one aside that ranks worse, however well it is calibrated", () => {
    // The present model ranks perfectly, with absurd probabilities.
    const odd = {
      ...present,
      probabilities: Float64Array.from(labels, (label) => 0.98 + label / 100),
    };
    const decision = decide({ ...common, present: odd, challenger: contestant("forest-2", 0.4) });
    expect(decision).toMatchObject({ kind: "aside" });
    expect(decision.reason).toMatch(/^AUC 0\.\d+ against 1\.000$/);
  });

  it("keeps one aside that calls more ham spam at its threshold", () => {
    const challenger = contestant("forest-2", 0.8, 0.2);
    const decision = decide({ ...common, present, challenger });
    expect(decision).toMatchObject({ kind: "aside" });
    expect(decision.reason).toMatch(/^\d+ false positives against \d+$/);
  });
});

describe("decideFirst", () => {
  it("promotes what is better than the share of spam", () => {
    const challenger = contestant("forest-1", 0.6);
    expect(decideFirst({ ...common, share: 0.5, challenger }).kind).toBe("promoted");
  });

  it("keeps aside what is not", () => {
    const challenger = contestant("forest-1", 0);
    const decision = decideFirst({ ...common, share: 0.5, challenger });
    expect(decision).toMatchObject({ kind: "aside" });
    expect(decision.reason).toContain("against the constant");
  });
});

describe("whyNotYet", () => {
  const mails = (spam: number, ham: number) =>
    Uint8Array.from({ length: spam + ham }, (_, row) => +(row < spam));

  it("is nothing from two hundred mails on, fifty of each class", () => {
    expect(whyNotYet(mails(50, 150))).toBeUndefined();
    expect(whyNotYet(mails(150, 50))).toBeUndefined();
  });

  it.each([
    [49, 500],
    [500, 49],
    [99, 100],
  ])("says what is missing with %i spam and %i ham", (spam, ham) => {
    expect(whyNotYet(mails(spam, ham))).toBe(
      `${spam + ham} newer examples (${spam} spam, ${ham} ham), of 200 and 50 of each class needed`,
    );
  });
});
