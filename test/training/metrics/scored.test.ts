import { describe, expect, it } from "vitest";
import { meanOver, share } from "../../../training/metrics/scored.ts";

describe("share", () => {
  it("divides, and is null where there is nothing to divide by", () => {
    expect(share(1, 4)).toBe(0.25);
    expect(share(0, 0)).toBeNull();
  });
});

describe("meanOver", () => {
  it("averages over the rows", () => {
    const scored = { labels: Uint8Array.of(1, 0), probabilities: Float64Array.of(0.5, 0.25) };
    expect(meanOver(scored, (label, probability) => label + probability)).toBe(0.875);
  });

  it("is null without rows", () => {
    const none = { labels: new Uint8Array(0), probabilities: new Float64Array(0) };
    expect(meanOver(none, () => 1)).toBeNull();
  });
});
