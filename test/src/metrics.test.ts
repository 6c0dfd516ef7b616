import { describe, expect, it } from "vitest";
import { Metrics, type MetricSources } from "../../src/metrics.ts";
import { flowRecord } from "../support/flow-record.ts";

const sources: MetricSources = {
  capturePackets: () => 1234,
  captureDropped: () => 5,
  openFlows: () => 17,
  model: () => "logistic-2",
  recordsDropped: () => 0,
};

describe("Metrics", () => {
  it("counts mails by verdict and action, scores, reasons and errors", async () => {
    const metrics = new Metrics(sources);
    const record = flowRecord();
    const scored = {
      kind: "scored",
      score: 0.9,
      required: 0.8,
      model: "m",
      record,
      features: {},
    } as const;
    metrics.mail(scored, { action: "tag", would: undefined }, 0.001);
    const unknown = { kind: "unknown", reason: "no-flow", record: undefined } as const;
    metrics.mail(unknown, { action: "none", would: undefined }, 0.002);
    metrics.error("scoring");
    const text = await metrics.text();
    expect(text).toContain('spamflow_messages_total{verdict="yes",action="tag"} 1');
    expect(text).toContain('spamflow_messages_total{verdict="unknown",action="none"} 1');
    expect(text).toContain('spamflow_unknown_total{reason="no-flow"} 1');
    expect(text).toContain('spamflow_errors_total{stage="scoring"} 1');
    expect(text).toContain("spamflow_score_sum 0.9");
    expect(text).toContain("spamflow_milter_seconds_count 2");
  });

  it("reads what other parts keep when it is asked", async () => {
    const text = await new Metrics(sources).text();
    expect(text).toContain("spamflow_capture_packets_total 1234");
    expect(text).toContain("spamflow_capture_dropped_total 5");
    expect(text).toContain("spamflow_flows_open 17");
    expect(text).toContain('spamflow_model_info{version="logistic-2"} 1');
  });

  it("does not pretend that nothing was dropped where that is not known", async () => {
    const text = await new Metrics({ ...sources, captureDropped: () => undefined }).text();
    expect(text).toContain("spamflow_capture_dropped_total Nan");
  });
});
