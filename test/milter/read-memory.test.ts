import { describe, expect, it } from "vitest";

import { keepReadMemory } from "../../milter/read-memory.ts";

const MEBIBYTE = 1024 * 1024;

describe("keepReadMemory", () => {
  it("takes address space, not memory: what it asks for is never written to", () => {
    const before = process.memoryUsage();
    keepReadMemory();
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeGreaterThan(30 * MEBIBYTE);
    expect(after.rss - before.rss).toBeLessThan(15 * MEBIBYTE);
  });
});
