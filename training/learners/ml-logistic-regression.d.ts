/** The part of the package that we use; it ships no types. */
declare module "ml-logistic-regression" {
  import type { Matrix } from "ml-matrix";

  export interface BinaryClassifier {
    /** One row with a weight for each column. */
    readonly weights: Matrix;
    /** The probability that a row is *not* of this classifier's class. */
    testScores(rows: Matrix): number[];
  }

  export default class LogisticRegression {
    constructor(options: { readonly numSteps: number; readonly learningRate: number });
    /** One classifier for each class, numbered from 0. */
    readonly classifiers: readonly BinaryClassifier[];
    /** Gradient descent from zero; `classes` is a column of class numbers. */
    train(rows: Matrix, classes: Matrix): void;
  }
}
