import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { MilterProtocolError } from "../../../milter/wire/protocol-error.ts";
import {
  decodeReply,
  type EditReply,
  encodeEdit,
  encodeFinal,
  type FinalReply,
  PROGRESS_PACKET,
} from "../../../milter/wire/replies.ts";
import { packetsOf } from "../support/session-driver.ts";

const FINALS: readonly (readonly [FinalReply, string])[] = [
  [{ kind: "continue" }, "c"],
  [{ kind: "accept" }, "a"],
  [{ kind: "reject" }, "r"],
  [{ kind: "tempfail" }, "t"],
  [{ kind: "discard" }, "d"],
  [{ kind: "skip" }, "s"],
  [{ kind: "shutdown" }, "4"],
  [{ kind: "connection-failure" }, "f"],
  [{ kind: "reply-code", text: "550 5.7.1 no" }, "y550 5.7.1 no\0"],
];

const EDITS: readonly (readonly [EditReply, string])[] = [
  [{ kind: "add-header", name: "X", value: "v" }, "hX\0v\0"],
  [{ kind: "insert-header", index: 1, name: "X", value: "v" }, "i\0\0\0\x01X\0v\0"],
  [{ kind: "change-header", index: 2, name: "X", value: "" }, "m\0\0\0\x02X\0\0"],
  [{ kind: "add-recipient", recipient: "<a@b>", arguments: undefined }, "+<a@b>\0"],
  [
    { kind: "add-recipient", recipient: "<a@b>", arguments: "NOTIFY=NEVER" },
    "2<a@b>\0NOTIFY=NEVER\0",
  ],
  [{ kind: "delete-recipient", recipient: "<a@b>" }, "-<a@b>\0"],
  [{ kind: "change-sender", sender: "<a@b>", arguments: undefined }, "e<a@b>\0"],
  [{ kind: "change-sender", sender: "<>", arguments: "SIZE=1" }, "e<>\0SIZE=1\0"],
  [{ kind: "replace-body", chunk: Buffer.from("hi\r\n") }, "bhi\r\n"],
  [{ kind: "quarantine", reason: "look" }, "qlook\0"],
];

function bytesOf(packet: Buffer): string {
  expect(packet.readUInt32BE(0)).toBe(packet.length - 4);
  return packet.subarray(4).toString("latin1");
}

describe("replies", () => {
  it.each(FINALS)("writes and reads the answer %j", (reply, bytes) => {
    const packet = encodeFinal(reply);
    expect(bytesOf(packet)).toBe(bytes);
    expect(packetsOf(packet).map(decodeReply)).toEqual([reply]);
  });

  it.each(EDITS)("writes and reads the edit %j", (edit, bytes) => {
    const packet = encodeEdit(edit);
    expect(bytesOf(packet)).toBe(bytes);
    expect(packetsOf(packet).map(decodeReply)).toEqual([edit]);
  });

  it("writes and reads progress", () => {
    expect(packetsOf(PROGRESS_PACKET).map(decodeReply)).toEqual([{ kind: "progress" }]);
  });
});

describe("decodeReply", () => {
  const decode = (text: string) =>
    decodeReply({ code: text.charCodeAt(0), payload: Buffer.from(text.slice(1), "latin1") });

  it.each([
    ["surplus bytes behind a bare answer", "cx", "payload-too-long"],
    ["a text without NUL", "y550 no", "string-unterminated"],
    ["a header without value", "hX\0", "string-unterminated"],
    ["half an index", "i\0\0", "payload-too-short"],
    ["an unknown code", "Z", "unknown-reply"],
  ])("refuses %s, as Postfix does", (_, bytes, violation) => {
    expect(() => decode(bytes)).toThrow(violation);
  });

  it("never throws anything but MilterProtocolError", () => {
    const packets = fc.record({
      code: fc.integer({ min: 0, max: 255 }),
      payload: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(packets, (packet) => {
        try {
          decodeReply(packet);
        } catch (error) {
          expect(error).toBeInstanceOf(MilterProtocolError);
        }
      }),
    );
  });
});
