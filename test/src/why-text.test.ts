import { describe, expect, it } from "vitest";
import { mailRecord } from "../../src/mail-record.ts";
import { explainMail } from "../../src/why-text.ts";
import { extractFeatures } from "../../features/index.ts";
import { flowRecord } from "../support/flow-record.ts";

const facts = {
  id: "3f9c2a7b51de",
  time: 1_764_000_000,
  queue_id: "4BENCH01",
  message_id: null,
  client: { address: "192.0.2.7", port: 41231 },
  host: "mx",
};

describe("explainMail", () => {
  it("shows verdict, action and each feature with its unit", () => {
    const record = flowRecord({ rtt: { count: 0, mean: 0, m2: 0 } });
    const features = extractFeatures(record);
    const judgement = { kind: "scored", score: 0.25, required: 0.8, model: "logistic-1" } as const;
    const text = explainMail(mailRecord(facts, { ...judgement, record, features }, "none"));
    expect(text).toContain("verdict     No: score 0.250, required 0.8, model logistic-1\n");
    expect(text).toContain("client      192.0.2.7 port 41231\n");
    expect(text).toMatch(/\nhandshake_rtt +0\.03 seconds\n/);
    expect(text).toMatch(/\nrtt_variance +not observed\n/);
  });

  it("says why there is no score", () => {
    const none = { kind: "unknown", reason: "no-flow", record: undefined } as const;
    const text = explainMail(mailRecord({ ...facts, client: null }, none, "none"));
    expect(text).toContain("Unknown, because of: no-flow");
    expect(text).toContain("no network peer");
    expect(text).toContain("no flow of this client was seen");
  });
});
