import { describe, expect, it } from "vitest";
import { extractedFlow, FEATURE_NAMES } from "../../features/index.ts";
import { flowFormatter } from "../../src/flow-format.ts";
import { flowRecord } from "../support/flow-record.ts";

const flow = extractedFlow(flowRecord({ rtt: { count: 0, mean: 0, m2: 0 } }));
const message = { ...flow, message: 2, cut: "end-of-data" } as const;

function cells(line: string | undefined): readonly string[] {
  return line?.split(",") ?? [];
}

describe("flowFormatter", () => {
  it("prints JSON Lines as the object is", () => {
    const formatter = flowFormatter("jsonl", { cut: "message", scored: false });
    expect(formatter.heading).toBeUndefined();
    expect(JSON.parse(formatter.line(message))).toEqual(message);
  });

  it("prints CSV with a column for everything, empty where it is absent", () => {
    const formatter = flowFormatter("csv", { cut: "connection", scored: false });
    const names = cells(formatter.heading);
    const values = cells(formatter.line(flow));
    const column = (name: string) => values[names.indexOf(name)];
    expect(names.slice(-FEATURE_NAMES.length)).toEqual(FEATURE_NAMES);
    expect(values).toHaveLength(names.length);
    expect(column("client_address")).toBe("192.0.2.7");
    expect(column("complete")).toBe("true");
    expect(column("handshake_rtt")).toBe("0.03");
    expect(column("rtt_variance")).toBe("");
  });

  it("adds message, cut, score and verdict where there are such", () => {
    const formatter = flowFormatter("csv", { cut: "message", scored: true });
    const names = cells(formatter.heading);
    const values = cells(formatter.line({ ...message, score: null, verdict: "Unknown" }));
    const column = (name: string) => values[names.indexOf(name)];
    expect(column("message")).toBe("2");
    expect(column("cut")).toBe("end-of-data");
    expect(column("score")).toBe("");
    expect(column("verdict")).toBe("Unknown");
  });

  it("aligns the columns of a table", () => {
    const formatter = flowFormatter("table", { cut: "message", scored: true });
    const line = formatter.line({ ...message, score: 0.1234, verdict: "No" });
    const at = formatter.heading?.indexOf("handshake ms") ?? -1;
    expect(line.slice(at).startsWith("30.0 ")).toBe(true);
    expect(line.endsWith("0.123  No")).toBe(true);
  });

  it("puts IPv6 addresses into brackets", () => {
    const client = { address: "2001:db8::7", port: 5 };
    const formatter = flowFormatter("table", { cut: "connection", scored: false });
    expect(formatter.line({ ...flow, client })).toMatch(/^\[2001:db8::7\]:5 /);
  });
});
