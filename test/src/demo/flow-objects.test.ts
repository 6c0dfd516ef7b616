import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  classOf,
  parseFlowObjects,
  readFlowObjects,
  wholeMessages,
  writeExamples,
  type FlowObject,
  type HostClasses,
} from "../../../src/demo/flow-objects.ts";

const CLASSES: HostClasses = new Map([
  ["10.99.16.7", "ham"],
  ["fd00:99:0:0:0:0:1:2d", "spam"],
]);

function flow(address: string, more: Partial<FlowObject> = {}): FlowObject {
  return { client: { address, port: 4_000 }, features: { client_packets: 9 }, ...more };
}

describe("parseFlowObjects", () => {
  it("reads a line as an object, with all its keys, and leaves out those without a client", () => {
    const text = `${JSON.stringify({ ...flow("10.99.16.7"), extra: 1 })}\n{"client":null}\n{}\n7\n`;
    expect(parseFlowObjects(text)).toEqual([{ ...flow("10.99.16.7"), extra: 1 }]);
  });

  it("names the line that is no JSON", () => {
    expect(() => parseFlowObjects("{}\n{")).toThrow("line 2 of the flow objects is not JSON");
  });
});

describe("classOf", () => {
  it("finds a host's class in any spelling of its address", () => {
    expect(classOf(flow("10.99.16.7"), CLASSES)).toBe("ham");
    expect(classOf(flow("fd00:99::1:2d"), CLASSES)).toBe("spam");
  });

  it("fails for an address that no host has", () => {
    expect(() => classOf(flow("10.99.16.8"), CLASSES)).toThrow("has the address 10.99.16.8");
  });
});

describe("wholeMessages", () => {
  it("keeps what ended with end of data", () => {
    const whole = flow("10.99.16.7", { cut: "end-of-data" });
    const others = [flow("10.99.16.7", { cut: "flow-end" }), flow("10.99.16.7")];
    expect(wholeMessages([whole, ...others])).toEqual([whole]);
  });
});

describe("writeExamples", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spamflow-test-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("adds label and teacher to each flow with features, and counts them", async () => {
    const file = join(folder, "examples.jsonl");
    const flows = [flow("10.99.16.7"), { client: { address: "10.99.16.7", port: 1 } }];
    expect(await writeExamples(file, [...flows, flow("fd00:99::1:2d")], CLASSES)).toBe(2);
    expect(await readFlowObjects(file)).toEqual([
      { ...flow("10.99.16.7"), label: "ham", teacher: "demo" },
      { ...flow("fd00:99::1:2d"), label: "spam", teacher: "demo" },
    ]);
    expect((await readFile(file, "utf8")).endsWith("\n")).toBe(true);
  });

  it("guesses no label", async () => {
    const writing = writeExamples(join(folder, "x"), [flow("10.99.16.8")], CLASSES);
    await expect(writing).rejects.toThrow("no host of the demo");
  });
});
