import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../../training/learners/draw-rows.ts";
import { packFor, packGradients } from "../../../training/learners/gradient-pack.ts";

function packed(rows: number) {
  const uniform = uniformNumbers(2);
  const gradients = Float64Array.from({ length: rows }, () => 2 * uniform() - 1);
  const hessians = Float64Array.from({ length: rows }, () => uniform() / 4);
  const pack = packFor(rows, { gradient: 1, hessian: 0.25 });
  const sums = new Float64Array(rows);
  packGradients({ gradients, hessians }, pack, sums, uniform);
  return { gradients, hessians, pack, sums };
}

const sum = (numbers: Float64Array) => numbers.reduce((total, number) => total + number, 0);

describe("packGradients", () => {
  it.each([10, 1000, 100_000])("keeps the sums of %d rows", (rows) => {
    const { gradients, hessians, pack, sums } = packed(rows);
    const total = sum(sums);
    const gradient = Math.floor(total / pack.shift);
    const hessian = total - gradient * pack.shift;
    // A rounding is off by less than a unit and right on average.
    const tolerance = 4 * Math.sqrt(rows);
    expect(Math.abs(gradient - sum(gradients) / pack.gradientUnit)).toBeLessThan(tolerance);
    expect(Math.abs(hessian - sum(hessians) / pack.hessianUnit)).toBeLessThan(tolerance);
  });

  it("is exact: what is left of a sum is the sum of the others, to the bit", () => {
    const { sums } = packed(100_000);
    const part = sums.subarray(0, 31_415);
    expect(sum(sums) - sum(part)).toBe(sum(sums.subarray(31_415)));
    expect(sums.every(Number.isInteger)).toBe(true);
  });
});

describe("packFor", () => {
  it.each([1, 100, 100_000, 10_000_000])("leaves room for the largest sums of %d rows", (rows) => {
    const { shift, gradientUnit, hessianUnit } = packFor(rows, { gradient: 2, hessian: 1 });
    expect(rows * (1 / hessianUnit + 1)).toBeLessThan(2 * shift);
    expect(rows * (2 / gradientUnit) * shift).toBeLessThan(2 ** 53);
    expect(2 / gradientUnit).toBeGreaterThanOrEqual(1);
  });

  it("takes rows of which nothing is left to learn", () => {
    const pack = packFor(3, { gradient: 0, hessian: 0 });
    const zeros = new Float64Array(3);
    const sums = new Float64Array(3).fill(NaN);
    packGradients({ gradients: zeros, hessians: zeros }, pack, sums, () => 0.5);
    expect([...sums]).toEqual([0, 0, 0]);
  });
});
