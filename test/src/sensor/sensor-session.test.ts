import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlowObserver, Observation } from "../../../features/index.ts";
import {
  lineOf,
  readAnswer,
  readGreeting,
  readWelcome,
  SensorProtocolError,
} from "../../../src/sensor/protocol.ts";
import { proofOf } from "../../../src/sensor/secret.ts";
import { MAX_OPEN_QUESTIONS, SensorSession } from "../../../src/sensor/sensor-session.ts";
import { flowRecord } from "../../support/flow-record.ts";
import { STATE } from "../../support/sensor-pair.ts";

const secret = "0123456789abcdef";
const nonces = { sensor: "ab".repeat(32), client: "cd".repeat(32) };
const client = { address: "192.0.2.7", port: 41231 };
const server = { address: "198.51.100.2", port: 25 };

/** A session and all that it writes. */
function session(flows: FlowObserver = { observe: () => Promise.resolve({ kind: "no-flow" }) }) {
  const written: string[] = [];
  const parts = { flows, state: () => STATE, secret, nonce: nonces.sensor };
  const running = new SensorSession({ ...parts, write: (line) => written.push(line) });
  return { running, written };
}

function hello(proof: string, version = 1): string {
  return lineOf({ version, nonce: nonces.client, proof });
}

function welcomed(flows?: FlowObserver) {
  const made = session(flows);
  made.running.take(hello(proofOf(secret, "client", nonces)));
  return made;
}

/** What was answered, once all that can be has been. */
async function answers(written: readonly string[]) {
  await new Promise((resolve) => setImmediate(resolve));
  return written.slice(2).map(readAnswer);
}

describe("SensorSession", () => {
  it("greets, and welcomes who knows the secret with its own proof", () => {
    const { running, written } = welcomed();
    expect(readGreeting(written[0] ?? "")).toMatchObject({ version: 1, nonce: nonces.sensor });
    expect(readWelcome(written[1] ?? "")).toEqual({ proof: proofOf(secret, "sensor", nonces) });
    expect(running.isWelcome).toBe(true);
  });

  it.each([
    ["another secret", hello(proofOf("fedcba9876543210", "client", nonces)), /secret/],
    ["its own proof sent back", hello(proofOf(secret, "sensor", nonces)), /secret/],
    ["another version", hello(proofOf(secret, "client", nonces), 2), /version 2/],
  ])("refuses %s, and answers nothing", (_, line, reason) => {
    const { running, written } = session();
    expect(() => {
      running.take(line);
    }).toThrow(reason);
    expect(readWelcome(written[1] ?? "")).toEqual({
      refused: expect.stringMatching(reason) as string,
    });
    expect(running.isWelcome).toBe(false);
    expect(() => {
      running.take(lineOf({ id: 1, ask: "state" }));
    }).toThrow(/no hello/);
  });

  it("looks up what it is asked for, each answer with the number of its question", async () => {
    const observed: unknown[] = [];
    const record = flowRecord();
    const said: Observation[] = [
      { kind: "flow", record },
      { kind: "partial", record: undefined },
    ];
    const { running, written } = welcomed({
      observe: (...asked) => {
        observed.push(asked);
        return Promise.resolve(said.shift() ?? { kind: "no-flow" });
      },
    });
    running.take(lineOf({ id: 7, ask: "flow", client, server }));
    running.take(lineOf({ id: 8, ask: "flow", client }));
    running.take(lineOf({ id: 9, ask: "flow", client }));
    running.take(lineOf({ id: 10, ask: "state" }));
    expect(observed).toEqual([
      [client, server],
      [client, undefined],
      [client, undefined],
    ]);
    expect((await answers(written)).toSorted((one, other) => one.id - other.id)).toEqual([
      { id: 7, kind: "flow", record },
      { id: 8, kind: "partial" },
      { id: 9, kind: "no-flow" },
      { id: 10, kind: "state", ...STATE },
    ]);
  });

  it("is busy for more questions than it takes at a time", async () => {
    const open: (() => void)[] = [];
    const { running, written } = welcomed({
      observe: () =>
        new Promise((resolve) => {
          open.push(() => {
            resolve({ kind: "no-flow" });
          });
        }),
    });
    for (let id = 0; id <= MAX_OPEN_QUESTIONS; id++)
      running.take(lineOf({ id, ask: "flow", client }));
    expect(await answers(written)).toEqual([{ id: MAX_OPEN_QUESTIONS, kind: "busy" }]);
    for (const answer of open) answer();
    expect(await answers(written)).toHaveLength(MAX_OPEN_QUESTIONS + 1);
    running.take(lineOf({ id: 5_000, ask: "flow", client }));
    expect(open).toHaveLength(MAX_OPEN_QUESTIONS + 1);
  });
});

describe("SensorSession, whatever is said to it,", () => {
  it("throws what ends the connection, and nothing else", () => {
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(
        lineOf({ id: 1, ask: "state" }),
        lineOf({ id: 2, ask: "flow", client }),
        hello(proofOf(secret, "client", nonces)),
        hello("00".repeat(32)),
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const { running, written } = session();
        try {
          for (const each of lines) running.take(each);
        } catch (error) {
          expect(error).toBeInstanceOf(SensorProtocolError);
        }
        if (!running.isWelcome) expect(written.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
