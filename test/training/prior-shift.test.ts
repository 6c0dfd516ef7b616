import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../training/learners/draw-rows.ts";
import { probabilityOf } from "../../training/log-odds.ts";
import { LARGEST_SHIFT, PriorEstimator, shiftBetween } from "../../training/prior-shift.ts";

/**
 * Log-odds of a calibrated model that was trained at half spam, and labels, where the share of spam is another:
 * scores are normal with variance d² around ± d²/2, which are their own log-odds.
 */
function mails(
  count: number,
  share: number,
  distance: number,
): readonly { logOdds: number; spam: boolean }[] {
  const uniform = uniformNumbers(7);
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: count }, () => {
    const spam = uniform() < share;
    return { spam, logOdds: ((spam ? 1 : -1) * distance ** 2) / 2 + distance * normal() };
  });
}

function loss(logOdds: number, spam: boolean): number {
  return -Math.log(probabilityOf(spam ? logOdds : -logOdds));
}

describe("PriorEstimator", () => {
  it("shifts nothing before a mail was seen", () => {
    expect(new PriorEstimator(0.3).shift).toBe(0);
  });

  it.each([0.2, 0.5, 0.75])("finds a share of %d from the scores alone", (share) => {
    const estimator = new PriorEstimator(0.5);
    for (const { logOdds } of mails(2000, share, 2)) estimator.observe(logOdds);
    // Fifty mails of the trained share count in, and five hundred mails are a sample.
    expect(Math.abs(estimator.share - share)).toBeLessThan(0.09);
    expect(estimator.shift).toBeCloseTo(shiftBetween(0.5, estimator.share), 12);
  });

  it("makes the loss less where the share has changed, and hardly more where it has not", () => {
    const gains = [0.15, 0.5].map((share) => {
      const estimator = new PriorEstimator(0.5);
      return mails(3000, share, 2).reduce((sum, { logOdds, spam }) => {
        const gain = loss(logOdds, spam) - loss(logOdds + estimator.shift, spam);
        estimator.observe(logOdds);
        return sum + gain / 3000;
      }, 0);
    });
    expect(gains[0]).toBeGreaterThan(0.03);
    expect(gains[1]).toBeGreaterThan(-0.003);
  });

  it("follows a share that changes, and forgets the old one", () => {
    const estimator = new PriorEstimator(0.5);
    for (const { logOdds } of mails(1000, 0.15, 2)) estimator.observe(logOdds);
    const before = estimator.share;
    for (const { logOdds } of mails(1000, 0.8, 2)) estimator.observe(logOdds);
    expect(before).toBeLessThan(0.3);
    expect(estimator.share).toBeGreaterThan(0.65);
  });

  it.each([-1e300, -50, 50, 1e300])("stays within its bound with scores of %d", (logOdds) => {
    const estimator = new PriorEstimator(0.5);
    for (let i = 0; i < 1000; i += 1) estimator.observe(logOdds);
    expect(estimator.shift).toBe(Math.sign(logOdds) * LARGEST_SHIFT);
  });
});

describe("shiftBetween", () => {
  it("is the difference of the log-odds of the shares", () => {
    expect(shiftBetween(0.5, 0.75)).toBeCloseTo(Math.log(3), 12);
    expect(shiftBetween(0.4, 0.4)).toBe(0);
  });

  it.each([
    [0, 1, LARGEST_SHIFT],
    [1, 0, -LARGEST_SHIFT],
    [0.999, 0.001, -LARGEST_SHIFT],
  ])("from %d to %d is %d", (from, to, expected) => {
    expect(shiftBetween(from, to)).toBe(expected);
  });
});
