import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  lineOf,
  readAnswer,
  readGreeting,
  readHello,
  readQuestion,
  readWelcome,
  SensorProtocolError,
  type Answer,
  type Question,
} from "../../../src/sensor/protocol.ts";
import { flowRecord } from "../../support/flow-record.ts";

const HEX = "0123456789abcdef".repeat(4);
const client = { address: "192.0.2.7", port: 41231 };

const questions: readonly Question[] = [
  { id: 0, ask: "flow", client },
  { id: 1, ask: "flow", client, server: { address: "2001:db8::1", port: 25 } },
  { id: 2, ask: "state" },
];
const answers: readonly Answer[] = [
  { id: 0, kind: "flow", record: flowRecord() },
  { id: 1, kind: "no-flow" },
  { id: 2, kind: "partial", record: flowRecord({ complete: false }) },
  { id: 3, kind: "partial" },
  { id: 4, kind: "state", source: "libpcap on eth0", packets: 1, dropped: null, flows: 3 },
  { id: 5, kind: "busy" },
];

describe("the lines of the protocol", () => {
  it.each(questions)("bear question $id", (question) => {
    expect(readQuestion(lineOf(question).trimEnd())).toEqual(question);
  });

  it.each(answers)("bear answer $id, $kind", (answer) => {
    expect(readAnswer(lineOf(answer).trimEnd())).toEqual(answer);
  });

  it("bear the greeting, the proof and the welcome", () => {
    const greeting = { sensor: "spamflow", version: 1, record: 1, nonce: HEX } as const;
    expect(readGreeting(lineOf(greeting))).toEqual(greeting);
    const hello = { version: 1, nonce: HEX, proof: HEX };
    expect(readHello(lineOf(hello))).toEqual(hello);
    expect(readWelcome(lineOf({ proof: HEX }))).toEqual({ proof: HEX });
    expect(readWelcome(lineOf({ refused: "no" }))).toEqual({ refused: "no" });
  });

  it("bear each finite number of a record to the last bit", () => {
    const number = fc
      .double({ noDefaultInfinity: true, noNaN: true })
      .filter((x) => !Object.is(x, -0));
    fc.assert(
      fc.property(number, number, fc.nat(), (mean, m2, count) => {
        const record = flowRecord({ rtt: { count, mean, m2 }, started: mean, ended: m2 });
        expect(readAnswer(lineOf({ id: 1, kind: "flow", record }))).toEqual({
          id: 1,
          kind: "flow",
          record,
        });
      }),
    );
  });
});

describe("a line that is none of ours", () => {
  it.each([
    ["not JSON", readQuestion, "GET / HTTP/1.1", /no question: not JSON: "GET/],
    ["another question", readQuestion, '{"id":1,"ask":"all"}', /ask/],
    [
      "a port beyond all",
      readQuestion,
      `{"id":1,"ask":"flow","client":{"address":"x","port":70000}}`,
      /client\.port/,
    ],
    [
      "a long address",
      readQuestion,
      JSON.stringify({ id: 1, ask: "flow", client: { address: "x".repeat(101), port: 1 } }),
      /client\.address/,
    ],
    ["no number", readQuestion, '{"ask":"state"}', /id/],
    ["null", readAnswer, "null", /no answer/],
    ["a record that is none", readAnswer, '{"id":1,"kind":"flow","record":{"client":1}}', /record/],
    ["another greeting", readGreeting, '{"sensor":"snort"}', /no greeting: sensor/],
    ["a short proof", readHello, `{"version":1,"nonce":"${HEX}","proof":"00"}`, /proof/],
  ] as const)("is refused with its fault: %s", (_, read, line, message) => {
    expect(() => read(line)).toThrow(SensorProtocolError);
    expect(() => read(line)).toThrow(message);
  });

  it("is refused whatever it is, and nothing else is thrown", () => {
    const anything = fc.oneof(fc.string(), fc.json());
    fc.assert(
      fc.property(anything, (line) => {
        for (const read of [readGreeting, readHello, readWelcome, readQuestion, readAnswer]) {
          try {
            read(line);
          } catch (error) {
            expect(error).toBeInstanceOf(SensorProtocolError);
          }
        }
      }),
    );
  });
});
