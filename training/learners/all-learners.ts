import { TrainingError } from "../errors.ts";
import { logistic } from "./logistic-regression.ts";
import { blend } from "./blend.ts";
import { boosting } from "./boosting.ts";
import { decisionTree } from "./decision-tree.ts";
import { forest } from "./forest.ts";
import type { Learner } from "./learner.ts";
import { linearLogistic } from "./linear-logistic.ts";
import { naiveBayes } from "./naive-bayes.ts";

/** Every learner by its name; test/training/learners/ runs one battery of checks over them all. */
export const LEARNERS: ReadonlyMap<string, Learner> = new Map(
  [blend, forest, boosting, decisionTree, naiveBayes, logistic, linearLogistic].map((learner) => [
    learner.name,
    learner,
  ]),
);

/** What is trained where nothing else is asked for. */
export const DEFAULT_LEARNER = blend.name;

/** @throws TrainingError `unknown-learner`, with the names that there are */
export function learnerNamed(name: string): Learner {
  const learner = LEARNERS.get(name);
  if (learner !== undefined) return learner;
  const known = [...LEARNERS.keys()].join(", ");
  throw new TrainingError("unknown-learner", `no learner is named "${name}"; there are: ${known}`);
}
