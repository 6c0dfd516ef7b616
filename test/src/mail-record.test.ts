import { describe, expect, it } from "vitest";
import { extractFeatures } from "../../features/index.ts";
import { mailRecord, packetsOf } from "../../src/mail-record.ts";
import { flowRecord } from "../support/flow-record.ts";

const facts = {
  id: "3f9c2a7b51de",
  time: 1_764_000_002,
  queue_id: "4BENCH01",
  message_id: "a@b",
  client: { address: "192.0.2.7", port: 41231 },
  host: "mx",
};
const record = flowRecord();

describe("mailRecord", () => {
  it("is extract's object of the flow with the judgement and the raw record beside it", () => {
    const features = extractFeatures(record);
    const judgement = { kind: "scored", score: 0.9, required: 0.8, model: "logistic-1" } as const;
    const kept = mailRecord(facts, { ...judgement, record, features }, "tag");
    expect(kept).toMatchObject({
      ...facts,
      schema: 1,
      verdict: "Yes",
      score: 0.9,
      model: "logistic-1",
      reason: null,
      action: "tag",
      packets: 23,
      server: record.server,
      started: record.started,
      complete: true,
      features,
      record,
    });
  });

  it("begins with the id, by which its line is found", () => {
    const kept = mailRecord(facts, { kind: "unknown", reason: "partial", record }, "none");
    expect(JSON.stringify(kept).startsWith('{"id":"3f9c2a7b51de"')).toBe(true);
  });

  it("has no flow members where no flow was seen", () => {
    const none = { kind: "unknown", reason: "no-flow", record: undefined } as const;
    const kept = mailRecord(facts, none, "none");
    expect(kept).toMatchObject({
      verdict: "Unknown",
      reason: "no-flow",
      packets: null,
      score: null,
    });
    expect(kept.features).toBeUndefined();
    expect(kept.client).toEqual(facts.client);
  });
});

describe("packetsOf", () => {
  it("counts both sides", () => {
    expect(packetsOf(record)).toBe(23);
  });
});
