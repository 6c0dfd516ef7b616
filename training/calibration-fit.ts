import { Matrix, solve } from "ml-matrix";
import { type Calibration, calibrated, softplus } from "./calibration.ts";
import { probabilityOf } from "./log-odds.ts";

/** Scores of rows by predictors that have not learnt from them. */
export interface ScoredBlocks {
  readonly logOdds: Float64Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array | undefined;
  /** The block of time that each row is of. */
  readonly blocks: Uint8Array;
}

/**
 * Some fifteen rows' worth of belief that the scores are right as they are: a hundred rows overrule it, and a dozen
 * cannot bend the scores at will.
 */
const PRIOR_WEIGHT = 10;

/** Newton converges in a handful of steps from where the scores are right as they are. */
const STEPS = 25;

const CONVERGED = 1e-10;

type Kind = Calibration["kind"];

/** A row of a design, and the weights at which a calibration leaves the scores as they are. */
interface Shape {
  readonly row: (logOdds: number) => readonly number[];
  readonly identity: readonly number[];
  readonly of: (weights: readonly number[]) => Calibration;
}

const SHAPES: Readonly<Record<Kind, Shape>> = {
  platt: {
    row: (logOdds) => [logOdds, 1],
    identity: [1, 0],
    of: ([slope = 1, offset = 0]) => ({ kind: "platt", slope: Math.max(slope, 0), offset }),
  },
  beta: {
    row: (logOdds) => [-softplus(-logOdds), softplus(logOdds), 1],
    identity: [1, 1, 0],
    of: ([spam = 1, ham = 1, offset = 0]) => ({
      kind: "beta",
      spam: Math.max(spam, 0),
      ham: Math.max(ham, 0),
      offset,
    }),
  },
};

/** Platt's or beta calibration, whichever has the lower log loss on blocks that it was not fitted on. */
export function chooseCalibration(scored: ScoredBlocks): Calibration {
  const kinds: readonly Kind[] = ["platt", "beta"];
  const losses = kinds.map((kind) => lossAcrossBlocks(scored, kind));
  return fitCalibration(scored, (losses[1] ?? 0) < (losses[0] ?? 0) ? "beta" : "platt");
}

function lossAcrossBlocks(scored: ScoredBlocks, kind: Kind): number {
  return [...new Set(scored.blocks)].reduce((sum, block) => {
    const calibration = fitCalibration(
      rowsWhere(scored, (other) => other !== block),
      kind,
    );
    return (
      sum +
      lossOf(
        rowsWhere(scored, (other) => other === block),
        calibration,
      )
    );
  }, 0);
}

function rowsWhere(scored: ScoredBlocks, wanted: (block: number) => boolean): ScoredBlocks {
  const isWanted = (_: number, row: number) => wanted(scored.blocks[row] ?? 0);
  return {
    logOdds: scored.logOdds.filter(isWanted),
    labels: scored.labels.filter(isWanted),
    weights: scored.weights?.filter(isWanted),
    blocks: scored.blocks.filter(wanted),
  };
}

function lossOf({ logOdds, labels, weights }: ScoredBlocks, calibration: Calibration): number {
  return logOdds.reduce((sum, score, row) => {
    const given = calibrated(calibration, score);
    return sum + (weights?.[row] ?? 1) * softplus(labels[row] === 1 ? -given : given);
  }, 0);
}

/** The calibration of least log loss, with a mild pull towards leaving the scores alone. */
export function fitCalibration(scored: ScoredBlocks, kind: Kind): Calibration {
  const { row, identity, of } = SHAPES[kind];
  const rows = Array.from(scored.logOdds, (logOdds) => Float64Array.from(row(logOdds)));
  let weights = Float64Array.from(identity);
  for (let step = 0; step < STEPS; step += 1) {
    const change = newtonStep(scored, rows, { weights, identity });
    weights = weights.map((weight, i) => weight - (change[i] ?? 0));
    if (Math.max(...change.map(Math.abs)) < CONVERGED) break;
  }
  return of([...weights]);
}

function newtonStep(
  scored: ScoredBlocks,
  rows: readonly Float64Array[],
  at: { readonly weights: Float64Array; readonly identity: readonly number[] },
): readonly number[] {
  const size = at.weights.length;
  const gradient = at.weights.map((weight, i) => PRIOR_WEIGHT * (weight - (at.identity[i] ?? 0)));
  const hessian = Float64Array.from({ length: size * size }, (_, i) =>
    i % (size + 1) === 0 ? PRIOR_WEIGHT : 0,
  );
  rows.forEach((row, number) => {
    const probability = probabilityOf(dot(row, at.weights));
    const weight = scored.weights?.[number] ?? 1;
    const error = weight * (probability - (scored.labels[number] ?? 0));
    addScaled(gradient, row, error);
    const curvature = weight * probability * (1 - probability);
    for (let i = 0; i < size; i += 1)
      addScaled(hessian.subarray(i * size), row, curvature * (row[i] ?? 0));
  });
  const square = Matrix.from1DArray(size, size, hessian);
  return solve(square, Matrix.columnVector(gradient)).to1DArray();
}

function addScaled(to: Float64Array, row: Float64Array, factor: number): void {
  for (let i = 0; i < row.length; i += 1) to[i] = (to[i] ?? 0) + factor * (row[i] ?? 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
