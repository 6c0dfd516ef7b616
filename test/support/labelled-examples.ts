import { extractedFlow } from "../../features/index.ts";
import { flowRecord } from "./flow-record.ts";

/** One example as a line of JSON: a far, jittery spam sender or a near ham one, with some spread. */
function example(index: number): string {
  const spam = index % 2 === 0;
  const spread = 1 + (index % 7) / 10;
  const record = flowRecord({
    started: 1_764_000_000 + index,
    ended: 1_764_000_001 + index,
    handshakeRttNanoseconds: (spam ? 4e8 : 2e7) * spread,
    rtt: { count: 4, mean: 1e8, m2: (spam ? 1e17 : 1e13) * spread },
  });
  const label = spam ? "spam" : "ham";
  return JSON.stringify({ ...extractedFlow(record), record, label, teacher: "people", schema: 1 });
}

/** Examples as JSON Lines, half of them spam. */
export function labelledExamples(count: number): string {
  return Array.from({ length: count }, (_, index) => `${example(index)}\n`).join("");
}
