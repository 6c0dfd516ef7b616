import { describe, expect, it } from "vitest";
import type { Observation } from "../../../features/index.ts";
import { lineOf } from "../../../src/sensor/protocol.ts";
import { SensorDialogue } from "../../../src/sensor/sensor-dialogue.ts";
import { SensorSession } from "../../../src/sensor/sensor-session.ts";
import { flowRecord } from "../../support/flow-record.ts";
import { STATE } from "../../support/sensor-pair.ts";

const secret = "0123456789abcdef";
const client = { address: "192.0.2.7", port: 41231 };
const nonce = "ab".repeat(32);
const greeting = { sensor: "spamflow", version: 1, record: 1, nonce } as const;
const LONG = 60_000;

/** A dialogue and a session whose lines go to each other. */
function joined(clientSecret: string, observation: Observation) {
  const toSession: string[] = [];
  const toDialogue: string[] = [];
  const dialogue = new SensorDialogue(clientSecret, (line) => toSession.push(line));
  const session = new SensorSession({
    flows: { observe: () => Promise.resolve(observation) },
    state: () => STATE,
    secret,
    nonce,
    write: (line) => toDialogue.push(line),
  });
  const run = async (): Promise<void> => {
    while (toSession.length + toDialogue.length > 0) {
      for (const line of toDialogue.splice(0)) dialogue.take(line);
      for (const line of toSession.splice(0)) session.take(line);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { dialogue, run };
}

describe("SensorDialogue", () => {
  it.each([
    ["the flow", { kind: "flow", record: flowRecord() }],
    ["a part of it", { kind: "partial", record: flowRecord({ complete: false }) }],
    ["that it was late", { kind: "partial", record: undefined }],
    ["that there is none", { kind: "no-flow" }],
  ] as const)("brings from a sensor %s", async (_, observation) => {
    const { dialogue, run } = joined(secret, observation);
    await run();
    const asked = dialogue.observe(LONG, client);
    await run();
    expect(await asked).toEqual(observation);
  });

  it("brings the state", async () => {
    const { dialogue, run } = joined(secret, { kind: "no-flow" });
    await run();
    const asked = dialogue.state(LONG);
    await run();
    expect(await asked).toEqual(STATE);
  });

  it("does not speak to a sensor that refuses it, or that does not know the secret itself", async () => {
    await expect(joined("another", { kind: "no-flow" }).run()).rejects.toThrow(/secret/);
    const dialogue = new SensorDialogue(secret, () => undefined);
    dialogue.take(lineOf(greeting));
    expect(() => {
      dialogue.take(lineOf({ proof: "00".repeat(32) }));
    }).toThrow("it does not know the secret");
    const refused = new SensorDialogue(secret, () => undefined);
    refused.take(lineOf(greeting));
    expect(() => {
      refused.take(lineOf({ refused: "version 1" }));
    }).toThrow("it refuses us: version 1");
    expect(dialogue.isReady || refused.isReady).toBe(false);
  });

  it.each([{ version: 2 }, { record: 99 }])("refuses a sensor of another version: %j", (change) => {
    const dialogue = new SensorDialogue(secret, () => undefined);
    expect(() => {
      dialogue.take(lineOf({ ...greeting, ...change }));
    }).toThrow(/another version/);
  });

  it("has no answer before the welcome, when none comes in time, and when the connection ends", async () => {
    const { dialogue, run } = joined(secret, { kind: "no-flow" });
    expect(await dialogue.observe(LONG, client)).toBeUndefined();
    await run();
    expect(await dialogue.observe(1, client)).toBeUndefined();
    const asked = dialogue.observe(LONG, client);
    dialogue.end();
    expect(await asked).toBeUndefined();
    expect(await dialogue.observe(LONG, client)).toBeUndefined();
  });

  it("takes answers in any order, and passes over those that nobody waits for", async () => {
    const { dialogue, run } = joined(secret, { kind: "no-flow" });
    await run();
    const first = dialogue.observe(LONG, client);
    const second = dialogue.observe(LONG, client);
    dialogue.take(lineOf({ id: 99, kind: "busy" }));
    dialogue.take(lineOf({ id: 2, kind: "busy" }));
    dialogue.take(lineOf({ id: 1, kind: "no-flow" }));
    expect(await Promise.all([first, second])).toEqual([{ kind: "no-flow" }, undefined]);
  });
});
