import { describe, expect, it } from "vitest";

import { OwedReplies } from "../../milter/owed-replies.ts";
import { EVENT_FLAGS, PROTOCOL } from "../../milter/wire/codes.ts";
import { EVENT_NAMES } from "../../milter/wishes.ts";

function owed(protocol: number, isHeard = true) {
  const sent: string[] = [];
  const replies = new OwedReplies(
    { version: 6, actions: 0, protocol, macros: {} },
    { send: (packet) => void sent.push(packet.toString("latin1", 4)) },
    () => isHeard,
  );
  return { replies, sent };
}

describe("OwedReplies", () => {
  it.each(EVENT_NAMES)("answers %s unless the flag for it was agreed on", (name) => {
    const { replies, sent } = owed(0xff480 & ~EVENT_FLAGS[name].noReply);
    for (const event of EVENT_NAMES) replies.send(event, { kind: "accept" });
    expect(sent).toEqual(["a"]);
  });

  it("asks to skip a body that nobody listens to, where that can be asked", () => {
    for (const [protocol, isHeard, expected] of [
      [PROTOCOL.skip, false, "s"],
      [PROTOCOL.skip, true, "c"],
      [0, false, "c"],
    ] as const) {
      const { replies, sent } = owed(protocol, isHeard);
      replies.sendUnheard("body");
      replies.sendUnheard("header");
      expect(sent).toEqual([expected, "c"]);
    }
  });
});
