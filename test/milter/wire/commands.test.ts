import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decodeCommand } from "../../../milter/wire/commands.ts";
import { MilterProtocolError } from "../../../milter/wire/protocol-error.ts";

function decode(letter: string, payload = "") {
  return decodeCommand({ code: letter.charCodeAt(0), payload: Buffer.from(payload, "latin1") });
}

describe("decodeCommand", () => {
  it.each([
    ["A", { kind: "abort" }],
    ["K", { kind: "quitNewConnection" }],
    ["N", { kind: "endOfHeaders" }],
    ["Q", { kind: "quit" }],
    ["T", { kind: "data" }],
  ])("reads %s", (letter, command) => {
    expect(decode(letter)).toEqual(command);
  });

  it("reads the offer of an MTA", () => {
    expect(decode("O", "\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff")).toEqual({
      kind: "negotiate",
      offer: { version: 6, actions: 0x1ff, protocol: 0x1fffff },
    });
  });

  it.each([
    ["IPv4", "h\x004\xa1\x0f192.0.2.7\0", ["h", "inet", "192.0.2.7", 41231]],
    ["IPv6", "h\x006\x00\x192001:db8::1\0", ["h", "inet6", "2001:db8::1", 25]],
    ["Sendmail's IPv6", "h\x006\x00\x19IPv6:2001:db8::1\0", ["h", "inet6", "2001:db8::1", 25]],
    ["an address without NUL", "h\x004\x00\x19192.0.2.7", ["h", "inet", "192.0.2.7", 25]],
    ["what is no address", "h\x004\x00\x19not-an-ip\0", ["h", "inet", "not-an-ip", 25]],
    ["a unix socket", "localhost\0L\0\0/run/s\0", ["localhost", "unix", "/run/s", 0]],
    ["nothing known", "unknown\0U", ["unknown", "unknown", "", 0]],
    ["a family that there is not", "h\0X\0\0?\0", ["h", "unknown", "", 0]],
    [
      "a name in brackets",
      "[192.0.2.7]\x004\0\x01192.0.2.7\0",
      ["[192.0.2.7]", "inet", "192.0.2.7", 1],
    ],
  ])("reads CONNECT from %s", (_, payload, [hostname, family, address, port]) => {
    expect(decode("C", payload)).toEqual({ kind: "connect", hostname, family, address, port });
  });

  it.each([
    ["empty", ""],
    ["without family", "host\0"],
    ["without NUL", "host"],
    ["without port", "host\x004"],
    ["with half a port", "host\x004\0"],
  ])("refuses a CONNECT %s", (_, payload) => {
    expect(() => decode("C", payload)).toThrow("payload-too-short: CONNECT");
  });

  it.each([
    ["M", "", { kind: "mail", sender: "", arguments: [] }],
    ["M", "<a@b>", { kind: "mail", sender: "<a@b>", arguments: [] }],
    ["M", "<a@b>\0SIZE=1\0X\0", { kind: "mail", sender: "<a@b>", arguments: ["SIZE=1", "X"] }],
    ["R", "<c@d>\0", { kind: "rcpt", recipient: "<c@d>", arguments: [] }],
    ["H", "", { kind: "helo", hostname: "" }],
    ["H", "h\0", { kind: "helo", hostname: "h" }],
    ["U", "FROB x\0", { kind: "unknown", command: "FROB x" }],
  ])("reads %s %j", (letter, payload, command) => {
    expect(decode(letter, payload)).toEqual(command);
  });

  it.each([
    ["a header", "Subject\0t\xc3\xa9st\0", ["Subject", "tést", "t\xc3\xa9st"]],
    ["bytes that are no UTF-8", "Subject\0\xff\0", ["Subject", "\ufffd", "\xff"]],
    ["an empty value", "X\0\0", ["X", "", ""]],
    ["a name alone", "X", ["X", "", ""]],
    ["nothing", "", ["", "", ""]],
    ["three strings", "a\0b\0c\0", ["a", "b", "b"]],
  ] as const)("reads %s, and keeps the bytes of the value", (_, payload, [name, value, raw]) => {
    const rawValue = Buffer.from(raw, "latin1");
    expect(decode("L", payload)).toEqual({ kind: "header", name, value, rawValue });
  });

  it("keeps macros as they came, an empty packet too", () => {
    const i = "i".charCodeAt(0);
    expect(decode("D", "Ci\0v\0")).toEqual({ kind: "macros", of: 67, definitions: "i\0v\0" });
    expect(decode("D", "i")).toEqual({ kind: "macros", of: i, definitions: "" });
    expect(decode("D", "")).toEqual({ kind: "macros", of: 0, definitions: "" });
  });

  it("hands on body bytes unchanged", () => {
    expect(decode("B", "\0\xff\r\n")).toEqual({
      kind: "body",
      chunk: Buffer.from([0, 255, 13, 10]),
    });
    expect(decode("E", "x")).toEqual({ kind: "endOfMessage", chunk: Buffer.from("x") });
  });

  it.each(["Z", "\0", "\xff", "c"])("refuses the unknown command %j", (letter) => {
    expect(() => decode(letter)).toThrow("unknown-command");
  });

  it("never throws anything but MilterProtocolError", () => {
    const packets = fc.record({
      code: fc.integer({ min: 0, max: 255 }),
      payload: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(packets, (packet) => {
        try {
          decodeCommand(packet);
        } catch (error) {
          expect(error).toBeInstanceOf(MilterProtocolError);
        }
      }),
    );
  });
});
