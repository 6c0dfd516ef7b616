import { describe, expect, it } from "vitest";
import { MAX_FILTER_PORTS, portFilter } from "../../../features/capture/port-filter.ts";

describe("portFilter", () => {
  it("names each port", () => {
    expect(portFilter(new Set([25, 587]), { vlanTags: false })).toBe("tcp port 25 or tcp port 587");
  });

  it("puts the branches for tags last, because `vlan` moves the offsets behind it", () => {
    expect(portFilter(new Set([25]), { vlanTags: true })).toBe(
      "(tcp port 25) or (vlan and ((tcp port 25) or (vlan and (tcp port 25))))",
    );
  });

  it("refuses no ports and more than its bound", () => {
    const tooMany = new Set(Array.from({ length: MAX_FILTER_PORTS + 1 }, (_, index) => index + 1));
    expect(() => portFilter(new Set(), { vlanTags: false })).toThrow(RangeError);
    expect(() => portFilter(tooMany, { vlanTags: false })).toThrow(/not 65/);
  });
});
