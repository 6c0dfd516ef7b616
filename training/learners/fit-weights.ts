import LogisticRegression from "ml-logistic-regression";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/**
 * Rows of the design, each of `columns` values; the last column is the bias and must be 1 everywhere.
 */
export interface Design {
  readonly rows: readonly Float64Array[];
  readonly columns: number;
}

/**
 * Height of the two pseudo-rows that stand for the prior of a weight. A pair of opposite labels at height h costs
 * about h² w² / 4, so √2 is the ridge penalty w² / 2: mild, but a weight stays finite on separable data.
 */
const PRIOR_HEIGHT = Math.SQRT2;

/** The package starts from zero at each call, so a longer run is a new one of twice the steps. */
const STEPS = [32, 64, 128, 256, 512] as const;

/**
 * Largest mean gradient of weights that are taken as converged. Where the classes overlap the first run ends far
 * below it; where they do not, the weights creep towards their prior long after no decision changes any more.
 */
const CONVERGED_GRADIENT = 1e-3;

/**
 * The weights of a penalised logistic regression, in log-odds of label 1 for one unit of each column.
 *
 * The package is plain gradient descent on a summed gradient. It is fed columns made orthogonal and of size one,
 * on which the curvature of the mean loss is at most 1/4 in every direction: the step of 4 / rows then never
 * overshoots, and tens of steps do what thousands do on correlated columns.
 */
export function fitWeights(design: Design, labels: Uint8Array): Float64Array {
  const { rows, targets } = withPrior(design, labels);
  const basis = orthogonalBasis(rows);
  const whitened = rows.mmul(basis);
  return Float64Array.from(basis.mmul(descend(whitened, targets)).to1DArray());
}

/** The rows with two more for each column but the bias, alike but for their label: only a weight of 0 suits both. */
function withPrior(design: Design, labels: Uint8Array): { rows: Matrix; targets: Matrix } {
  const priors = Array.from({ length: design.columns - 1 }, (_, column) => {
    const row = new Float64Array(design.columns);
    row[column] = PRIOR_HEIGHT;
    return row;
  });
  const opposite = priors.flatMap(() => [0, 1]);
  return {
    rows: new Matrix([...design.rows, ...priors.flatMap((row) => [row, row])]),
    targets: Matrix.columnVector([...labels, ...opposite]),
  };
}

/** The change of coordinates after which the columns have mean square 1 and mean product 0. */
function orthogonalBasis(rows: Matrix): Matrix {
  const products = rows.transpose().mmul(rows).div(rows.rows);
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(products, {
    assumeSymmetric: true,
  });
  // The pseudo-rows keep the eigenvalues above zero even where columns repeat each other.
  const scales = realEigenvalues.map((value) => 1 / Math.sqrt(Math.max(value, Number.EPSILON)));
  return eigenvectorMatrix.mulRowVector(scales);
}

function descend(rows: Matrix, targets: Matrix): Matrix {
  let weights = Matrix.zeros(rows.columns, 1);
  for (const numSteps of STEPS) {
    const regression = new LogisticRegression({ numSteps, learningRate: 4 / rows.rows });
    regression.train(rows, targets);
    // The classifier of class 0, ham, tells how likely a row is not ham.
    const [versusHam] = regression.classifiers;
    if (versusHam === undefined) break;
    weights = versusHam.weights.transpose();
    if (largestGradient(rows, targets, versusHam.testScores(rows)) < CONVERGED_GRADIENT) break;
  }
  return weights;
}

function largestGradient(rows: Matrix, targets: Matrix, scores: readonly number[]): number {
  const error = Matrix.columnVector(scores).sub(targets);
  return rows.transpose().mmul(error).div(rows.rows).abs().max();
}
