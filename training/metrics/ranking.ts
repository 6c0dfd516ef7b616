import { type Scored, share } from "./scored.ts";

/** Rows called spam at one threshold: those that are (true positives) and those that are not. */
interface RocPoint {
  readonly spam: number;
  readonly ham: number;
}

/** The ROC curve in counts, from (0, 0), with one point after each distinct probability from the highest down. */
export function rocCurve({ labels, probabilities }: Scored): readonly RocPoint[] {
  const rows = Uint32Array.from(labels, (_, row) => row).sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0),
  );
  const curve: RocPoint[] = [{ spam: 0, ham: 0 }];
  let [spam, ham] = [0, 0];
  rows.forEach((row, place) => {
    if (labels[row] === 1) spam += 1;
    else ham += 1;
    const next = rows[place + 1];
    // Equal probabilities fall together at any threshold, so they share a point.
    if (next === undefined || probabilities[next] !== probabilities[row]) curve.push({ spam, ham });
  });
  return curve;
}

/**
 * Area under the ROC curve: how often a spam has a higher probability than a ham, ties counting half. Null where
 * a class has no rows.
 */
export function areaUnderRoc(scored: Scored): number | null {
  const curve = rocCurve(scored);
  const end = curve.at(-1) ?? { spam: 0, ham: 0 };
  const area = curve.reduce((sum, point, i) => {
    const before = curve[i - 1] ?? point;
    return sum + ((point.ham - before.ham) * (point.spam + before.spam)) / 2;
  }, 0);
  return share(area, end.spam * end.ham);
}

/**
 * Largest share of the spam that some threshold finds while at most `falsePositiveRate` of the ham is called
 * spam, without interpolation. Null where a class has no rows.
 */
export function recallAtFalsePositiveRate(
  scored: Scored,
  falsePositiveRate: number,
): number | null {
  const curve = rocCurve(scored);
  const end = curve.at(-1) ?? { spam: 0, ham: 0 };
  if (end.ham === 0) return null;
  const allowed = curve.filter(({ ham }) => ham <= falsePositiveRate * end.ham);
  return share(Math.max(...allowed.map(({ spam }) => spam)), end.spam);
}
