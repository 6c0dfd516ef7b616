import { uniformNumbers } from "../../training/learners/draw-rows.ts";
import type { Learner } from "../../training/learners/learner.ts";
import { rowValues, type Table } from "../../training/table.ts";
import { predictorGiving } from "./predictors.ts";
import { tableFrom } from "./tables.ts";

/** Remembers the share of spam for each value of the first feature and knows nothing of other values. */
export const memorising: Learner = {
  name: "memorising",
  fit: (table) => {
    const sums = new Map<number, { spam: number; all: number }>();
    for (let row = 0; row < table.rows; row += 1) {
      const [value = 0] = rowValues(table, row);
      const { spam, all } = sums.get(value) ?? { spam: 0, all: 0 };
      sums.set(value, { spam: spam + (table.labels[row] ?? 0), all: all + 1 });
    }
    return predictorGiving(([value = 0]) => {
      const { spam, all } = sums.get(value) ?? { spam: 0, all: 0 };
      return (spam + 1) / (all + 2);
    });
  },
  restore: () => predictorGiving(() => 0.5),
};

/**
 * Mails of senders that send only spam or only ham, drawn at random. Their one feature is who sends: it says all of
 * a sender that was seen before, and nothing of any other.
 */
export function mailsOfSenders(rows: number, senders: number, seed = 1): Table {
  const uniform = uniformNumbers(seed);
  const spams = Array.from({ length: senders }, () => +(uniform() < 0.5));
  const groups = Uint32Array.from({ length: rows }, () => Math.floor(uniform() * senders));
  const labels = Array.from(groups, (sender) => spams[sender] ?? 0);
  return { ...tableFrom({ sender: [...groups] }, labels), groups };
}
