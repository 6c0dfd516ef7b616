import { describe, expect, it } from "vitest";
import type { FlowObserver, Observation } from "../../../features/index.ts";
import { FirstObserver } from "../../../src/sensor/first-observer.ts";
import { flowRecord } from "../../support/flow-record.ts";

const client = { address: "192.0.2.7", port: 41231 };
const flow: Observation = { kind: "flow", record: flowRecord() };
const partial: Observation = { kind: "partial", record: undefined };
const none: Observation = { kind: "no-flow" };

function says(observation: Observation): FlowObserver {
  return { observe: () => Promise.resolve(observation) };
}
const neverSays: FlowObserver = { observe: () => new Promise(() => undefined) };

describe("FirstObserver", () => {
  it.each([
    ["the flow", [none, flow, partial], flow],
    ["a part of it rather than nothing", [none, partial, none], partial],
    ["nothing where nobody saw it", [none, none], none],
    ["nothing where nobody is asked", [], none],
  ])("tells %s", async (_, said, expected) => {
    expect(await new FirstObserver(said.map(says)).observe(client)).toEqual(expected);
  });

  it("does not wait for the others once it has the flow", async () => {
    expect(await new FirstObserver([neverSays, says(flow)]).observe(client)).toBe(flow);
  });
});
