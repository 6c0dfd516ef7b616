import { describe, expect, it } from "vitest";
import { uint16In, uint32In } from "../../../features/capture/byte-order.ts";

const bytes = Uint8Array.from([0xff, 0x01, 0x02, 0x83]);

describe("numbers of capture files", () => {
  it("reads either byte order, unsigned", () => {
    expect(uint16In(bytes, 0, false)).toBe(0xff01);
    expect(uint16In(bytes, 0, true)).toBe(0x01ff);
    expect(uint32In(bytes, 0, false)).toBe(0xff010283);
    expect(uint32In(bytes, 0, true)).toBe(0x830201ff);
  });

  it("reads 0 beyond the end", () => {
    expect(uint32In(bytes, 2, false)).toBe(0x02830000);
  });
});
