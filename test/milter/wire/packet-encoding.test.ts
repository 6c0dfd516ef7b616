import { describe, expect, it } from "vitest";

import { encodePacket } from "../../../milter/wire/packet-encoding.ts";

describe("encodePacket", () => {
  it("counts the code in the length", () => {
    expect(encodePacket(0x63).toString("hex")).toBe("0000000163");
  });

  it("writes numbers big-endian, text with its NUL, bytes as they are", () => {
    const packet = encodePacket(0x6d, 258, "ü", Buffer.from([0, 255]));
    expect(packet.toString("hex")).toBe("0000000a" + "6d" + "00000102" + "c3bc00" + "00ff");
  });
});
