import type { Example } from "../../training/example.ts";
import { mixture, type Mixture } from "./tables.ts";

/** A ham with a handshake of 30 ms, with what a test wants to be otherwise. */
export function example(changes: Partial<Example> = {}): Example {
  return {
    label: "ham",
    teacher: "people",
    schema: 1,
    host: "mx1",
    client: { address: "192.0.2.7", port: 41_231 },
    server: { address: "198.51.100.2", port: 25 },
    started: 1_764_000_000,
    ended: 1_764_000_003,
    complete: true,
    features: { handshake_rtt: 0.03 },
    ...changes,
  };
}

/** Examples of two classes that differ in their handshake, a minute between them. */
export function mixedExamples(options: Mixture): readonly Example[] {
  const { columns, labels } = mixture(options);
  return Array.from(labels, (label, row) => {
    const ended = 1_764_000_000 + 60 * row;
    return example({
      label: label === 1 ? "spam" : "ham",
      started: ended - 3,
      ended,
      features: {
        handshake_rtt: 0.03 * Math.exp(columns[0]?.[row] ?? 0),
        client_max_idle: Math.exp(columns[1]?.[row] ?? 0),
      },
    });
  });
}
