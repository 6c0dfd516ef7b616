import { describe, expect, it } from "vitest";

import { HeaderCounts } from "../../milter/header-counts.ts";

describe("HeaderCounts", () => {
  it("counts a name whatever its case, and with white space before its colon", () => {
    const counts = new HeaderCounts(undefined, 10);
    for (const name of ["X-Test", "x-TEST", "X-Test\t ", "X-Other"]) counts.add(name);
    expect([counts.of("x-test"), counts.of("X-Other"), counts.of("None")]).toEqual([3, 1, 0]);
  });

  it("does not take the bytes of another letter for an ASCII one, as String.toLowerCase might", () => {
    const counts = new HeaderCounts(["X-Kind"], 10);
    counts.add(Buffer.from("X-\u212aind").toString("latin1"));
    expect(counts.of("X-Kind")).toBe(0);
  });

  it("gives no count once there are more names than it may keep", () => {
    const counts = new HeaderCounts(undefined, 2);
    for (const name of ["A", "B", "A"]) counts.add(name);
    expect(counts.of("A")).toBe(2);
    counts.add("C");
    expect(() => counts.of("A")).toThrow("the message has more than 2 header names");
    counts.clear();
    expect(counts.of("A")).toBe(0);
  });

  it("counts only the names it was given, however many others there are", () => {
    const counts = new HeaderCounts(["X-Test"], 1);
    for (let other = 0; other < 100; other += 1) counts.add(`X-${other}`);
    counts.add("x-test");
    expect(counts.of("X-Test")).toBe(1);
    expect(() => counts.of("X-0")).toThrow("X-0 is not among the filter's countedHeaders");
  });
});
