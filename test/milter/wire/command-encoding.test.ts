import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Family } from "../../../milter/wire/codes.ts";
import { encodeCommand } from "../../../milter/wire/command-encoding.ts";
import { type Command, decodeCommand } from "../../../milter/wire/commands.ts";
import { packetsOf } from "../support/session-driver.ts";

const text = fc.string({ maxLength: 30 }).map((value) => value.replaceAll("\0", ""));
const strings = fc.array(text, { maxLength: 4 });
const uint32 = fc.nat({ max: 0xffffffff });
const address = text.filter((value) => !/^IPv6:/i.test(value));
const family = fc.constantFrom<Family>("inet", "inet6", "unix");
const bytes = fc.uint8Array({ maxLength: 50 }).map((value) => Buffer.from(value));

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant("connect" as const),
    hostname: text,
    family,
    address,
    port: fc.nat({ max: 65_535 }),
  }),
  fc.record({ kind: fc.constant("helo" as const), hostname: text }),
  fc.record({ kind: fc.constant("mail" as const), sender: text, arguments: strings }),
  fc.record({ kind: fc.constant("rcpt" as const), recipient: text, arguments: strings }),
  fc.tuple(text, text).map(([name, value]) => {
    const ascii = Buffer.from(name).toString("latin1");
    return { kind: "header" as const, name: ascii, value, rawValue: Buffer.from(value) };
  }),
  fc.record({ kind: fc.constant("body" as const), chunk: bytes }),
  fc.record({ kind: fc.constant("endOfMessage" as const), chunk: bytes }),
  fc.record({ kind: fc.constant("unknown" as const), command: text }),
  fc.record({
    kind: fc.constant("macros" as const),
    of: fc.nat({ max: 255 }),
    definitions: bytes.map((value) => value.toString("latin1")),
  }),
  fc.record({
    kind: fc.constant("negotiate" as const),
    offer: fc.record({
      version: fc.integer({ min: 2, max: 7 }),
      actions: uint32,
      protocol: uint32,
    }),
  }),
  ...(["data", "endOfHeaders", "abort", "quit", "quitNewConnection"] as const).map((kind) =>
    fc.constant({ kind }),
  ),
);

describe("encodeCommand", () => {
  it("is undone by decodeCommand", () => {
    fc.assert(
      fc.property(commands, (command) => {
        expect(packetsOf(encodeCommand(command)).map(decodeCommand)).toEqual([command]);
      }),
    );
  });

  it("writes a CONNECT as Postfix does", () => {
    const packet = encodeCommand({
      kind: "connect",
      hostname: "h",
      family: "inet",
      address: "192.0.2.7",
      port: 41_231,
    });
    expect(packet.toString("latin1")).toBe("\0\0\0\x10Ch\x004\xa1\x0f192.0.2.7\0");
    const unknown = { kind: "connect", hostname: "h", family: "unknown", address: "", port: 0 };
    expect(encodeCommand(unknown as Command).toString("latin1")).toBe("\0\0\0\x04Ch\0U");
  });
});
