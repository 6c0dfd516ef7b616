import { describe, expect, it } from "vitest";
import { uint8, uint16, uint32 } from "../../../features/decode/network-order.ts";

const bytes = Uint8Array.from([0x01, 0xff, 0x80, 0x00, 0x7f]);

describe("numbers in network order", () => {
  it("reads the most significant byte first", () => {
    expect(uint8(bytes, 1)).toBe(0xff);
    expect(uint16(bytes, 0)).toBe(0x01ff);
    expect(uint32(bytes, 0)).toBe(0x01ff8000);
  });

  it("reads 32 bits as unsigned", () => {
    expect(uint32(bytes, 1)).toBe(0xff80007f);
  });

  it("reads 0 beyond the end", () => {
    expect(uint8(bytes, 5)).toBe(0);
    expect(uint16(bytes, 4)).toBe(0x7f00);
    expect(uint32(new Uint8Array(0), 0)).toBe(0);
  });
});
