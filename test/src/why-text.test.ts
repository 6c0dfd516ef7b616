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

  it("shows what each feature added, where the model is still there", () => {
    const record = flowRecord({});
    const features = extractFeatures(record);
    const judgement = { kind: "scored", score: 0.731, required: 0.8, model: "blend-1" } as const;
    const mail = mailRecord(facts, { ...judgement, record, features }, "none");
    const contributions = [
      { feature: "handshake_rtt", logOdds: 1.75 },
      { feature: "client_resets", logOdds: -0.25 },
    ];
    const text = explainMail(mail, { base: -0.5, contributions });
    expect(text).toMatch(/from -0\.50\nfor .* to \+1\.00, a probability of 0\.731\.\n/);
    expect(text).toMatch(/\n {2}\+1\.75 {2}handshake_rtt +0\.03 seconds\n/);
    expect(text).toMatch(/\n {2}-0\.25 {2}client_resets /);
    expect(text).toMatch(/\n {2}\+0\.00 {2}client_packets /);
  });

  it("says why there is no score", () => {
    const none = { kind: "unknown", reason: "no-flow", record: undefined } as const;
    const text = explainMail(mailRecord({ ...facts, client: null }, none, "none"));
    expect(text).toContain("Unknown, because of: no-flow");
    expect(text).toContain("no network peer");
    expect(text).toContain("no flow of this client was seen");
  });
});
