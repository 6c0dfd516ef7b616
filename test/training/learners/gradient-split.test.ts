import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GradientSplitSearch } from "../../../training/learners/gradient-split.ts";

const SHIFT = 2 ** 20;
const PACK = { shift: SHIFT, gradientUnit: 0.5, hessianUnit: 0.25 };
const BINS = [3, 2];

/** Gradient and hessian, in units, of each bin of two features; the last is the missing one. */
type BinSums = readonly (readonly [number, number])[];

const bin = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 60 }));
const empty = fc.constant<[number, number]>([0, 0]);

/** Two ways of cutting one leaf, of three and of two bins, that must have one total. */
const leaf = fc
  .tuple(fc.tuple(bin, bin, bin, fc.oneof(bin, empty)), fc.nat(100))
  .map(([first, share]): readonly [BinSums, BinSums] => {
    const [gradient, hessian] = totalOf(first);
    const part: [number, number] = [share - 50, Math.floor((hessian * share) / 101)];
    return [first, [part, [gradient - part[0], hessian - part[1]], [0, 0]]];
  });

function totalOf(bins: BinSums): readonly [number, number] {
  return bins.reduce(([g, h], [gradient, hessian]) => [g + gradient, h + hessian], [0, 0]);
}

function histogramOf(features: readonly BinSums[]): Float64Array {
  const histogram = new Float64Array(features.length * 256);
  features.forEach((bins, feature) => {
    bins.forEach(([gradient, hessian], i) => {
      const at = i === bins.length - 1 ? 255 : i;
      histogram[feature * 256 + at] = gradient * SHIFT + hessian;
    });
  });
  return histogram;
}

/** Greatest gain of all cuts, tried one by one; λ in units of the hessian. */
function bestGain(features: readonly BinSums[], smallest: number, l2: number): number {
  const score = ([gradient, hessian]: readonly [number, number]) => gradient ** 2 / (hessian + l2);
  const gains = features.flatMap((bins) => {
    const all = totalOf(bins);
    const missing = bins.at(-1) ?? [0, 0];
    return bins.slice(0, -1).flatMap((_, cut) =>
      [[0, 0] as const, missing].map(([g, h]) => {
        const [gradient, hessian] = totalOf(bins.slice(0, cut + 1));
        const left = [gradient + g, hessian + h] as const;
        const right = [all[0] - left[0], all[1] - left[1]] as const;
        if (left[1] < smallest || right[1] < smallest) return 0;
        return score(left) + score(right) - score(all);
      }),
    );
  });
  return Math.max(0, ...gains);
}

describe("GradientSplitSearch", () => {
  it("finds a cut as good as the best of all, and what goes left by it", () => {
    fc.assert(
      fc.property(leaf, fc.integer({ min: 1, max: 10 }), (features, minLeaf) => {
        const search = new GradientSplitSearch(BINS, { minLeaf, l2: 1 });
        search.usePack(PACK);
        const [gradient, hessian] = totalOf(features[0]);
        const histogram = histogramOf(features);
        const found = search.search({ histogram, total: gradient * SHIFT + hessian, rows: 20 });
        const wanted = bestGain(features, Math.max((hessian * minLeaf) / 20, 1), 4);
        expect(found?.gain ?? 0).toBeCloseTo(wanted, 5);
        if (found === undefined) return;
        const { split, leftTotal } = found;
        const bins = features[split.feature] ?? [];
        const left = bins.filter((_, i) =>
          i === bins.length - 1 ? split.missingGoesLeft : i <= split.bin,
        );
        const [g, h] = totalOf(left);
        expect(leftTotal).toBe(g * SHIFT + h);
      }),
    );
  });

  it("finds nothing where all rows want the same", () => {
    const search = new GradientSplitSearch([2], { minLeaf: 1, l2: 0 });
    search.usePack(PACK);
    const histogram = histogramOf([
      [
        [10, 10],
        [20, 20],
        [0, 0],
      ],
    ]);
    expect(search.search({ histogram, total: 30 * SHIFT + 30, rows: 30 })).toBeUndefined();
  });
});
