import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseSettings } from "../../../src/config/load.ts";
import { openSensors } from "../../../src/sensor/sensor-capture.ts";
import { collectedLog } from "../../support/collected-log.ts";
import { flowRecord } from "../../support/flow-record.ts";
import { SensorPairs, STATE } from "../../support/sensor-pair.ts";

const client = { address: "192.0.2.7", port: 41231 };
const observation = { kind: "flow", record: flowRecord() } as const;

let pairs: SensorPairs;
beforeEach(async () => {
  pairs = await SensorPairs.create();
});
afterEach(async () => {
  await pairs.close();
});

function settings(sensor: string | readonly string[]) {
  return parseSettings("", "f", {
    capture: { sensor: typeof sensor === "string" ? sensor : [...sensor] },
  });
}

describe("openSensors", () => {
  it("asks all of them, and adds up what they tell of themselves", async () => {
    await pairs.server(pairs.path("one"), { observe: () => Promise.resolve({ kind: "no-flow" }) });
    await pairs.server(pairs.path("two"), { observe: () => Promise.resolve(observation) });
    const specs = ["one", "two", "gone"].map((name) => `unix:${join(pairs.folder, name)}`);
    const { log, lines } = collectedLog();
    const capture = await openSensors(settings(specs), log);
    expect(await capture.flows.observe(client)).toEqual(observation);
    expect(capture.description).toBe(`sensor ${specs.join(", ")}`);
    expect(capture.metrics.capturePackets()).toBe(2 * STATE.packets);
    expect(capture.metrics.openFlows()).toBe(2 * STATE.flows);
    expect(capture.metrics.captureDropped()).toBeUndefined();
    expect(capture.metrics.sensors?.()).toEqual([
      { name: specs[0], isConnected: true, lookUps: 1, unanswered: 0 },
      { name: specs[1], isConnected: true, lookUps: 1, unanswered: 0 },
      { name: specs[2], isConnected: false, lookUps: 1, unanswered: 1 },
    ]);
    expect(lines.at(-1)).toMatch(/^event=capture source=sensor .*connected=2$/);
    await capture.close();
  });

  it.each([
    ["fd:3", /found by its address/],
    ["inet:192.0.2.1:6787", /TLS and a secret/],
  ])("refuses %s with status 78", async (spec, message) => {
    await expect(openSensors(settings(spec), collectedLog().log)).rejects.toMatchObject({
      status: 78,
      message: expect.stringMatching(message) as string,
    });
  });
});
