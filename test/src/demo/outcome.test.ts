import { describe, expect, it } from "vitest";
import type { FlowObject } from "../../../src/demo/flow-objects.ts";
import {
  confusionMatrix,
  outcomeFigures,
  outcomeRow,
  type OutcomeRow,
} from "../../../src/demo/outcome.ts";

const CLASSES = new Map([
  ["10.99.16.7", "ham"],
  ["fd00:99:0:0:0:0:1:2d", "spam"],
] as const);
const JUDGED = { verdict: "No", score: 0.25 } as const;

function rows(
  hostClass: OutcomeRow["hostClass"],
  verdict: OutcomeRow["verdict"],
  count: number,
): OutcomeRow[] {
  const row = { client: "10.99.16.7:1", handshakeSeconds: null, disturbed: 0, score: null };
  return Array.from({ length: count }, () => ({ ...row, hostClass, verdict }));
}

describe("outcomeRow", () => {
  it("takes what is shown from the flow, and the judgement from the header", () => {
    const flow: FlowObject = {
      client: { address: "10.99.16.7", port: 4_321 },
      features: { handshake_rtt: 0.08, client_retransmissions: 2, client_out_of_order: 1 },
    };
    expect(outcomeRow(flow, CLASSES, JUDGED)).toEqual({
      client: "10.99.16.7:4321",
      hostClass: "ham",
      handshakeSeconds: 0.08,
      disturbed: 3,
      score: 0.25,
      verdict: "No",
    });
  });

  it("keeps a handshake that was not seen apart from one of no time", () => {
    const client = { address: "fd00:99::1:2d", port: 1 };
    expect(outcomeRow({ client }, CLASSES, JUDGED)).toMatchObject({
      client: "[fd00:99::1:2d]:1",
      handshakeSeconds: null,
      disturbed: 0,
    });
  });

  it("fails for a client that is no host of the demo", () => {
    const client = { address: "10.99.16.8", port: 1 };
    expect(() => outcomeRow({ client }, CLASSES, JUDGED)).toThrow("10.99.16.8");
  });
});

describe("confusionMatrix and outcomeFigures", () => {
  const mixed = [
    ...rows("spam", "Yes", 30),
    ...rows("spam", "No", 10),
    ...rows("ham", "Yes", 2),
    ...rows("ham", "No", 38),
    ...rows("ham", "Unknown", 3),
  ];

  it("counts mails by class and verdict", () => {
    expect(confusionMatrix(mixed)).toEqual({
      spamFound: 30,
      spamMissed: 10,
      hamAccused: 2,
      hamPassed: 38,
      unknown: 3,
    });
  });

  it("takes shares of the scored mails alone", () => {
    const { accuracy, precision, recall } = outcomeFigures(confusionMatrix(mixed));
    expect(accuracy).toBeCloseTo(68 / 80);
    expect(precision).toBeCloseTo(30 / 32);
    expect(recall).toBeCloseTo(30 / 40);
  });

  it("has no share of nothing", () => {
    const { accuracy, precision, recall } = outcomeFigures(confusionMatrix([]));
    expect([accuracy, precision, recall]).toEqual([NaN, NaN, NaN]);
  });
});
