import { describe, expect, it } from "vitest";
import { HOST_KINDS, type HostClass, type HostKind } from "../../../src/demo/host-kinds.ts";
import type { LinkProfile } from "../../../src/demo/link.ts";
import { seededRandom } from "../../../src/demo/seeded-random.ts";

const CLASSES: readonly HostClass[] = ["ham", "spam"];
const ALL: readonly HostKind[] = CLASSES.flatMap((hostClass) => HOST_KINDS[hostClass]);

function linksOf({ link }: HostKind): LinkProfile[] {
  return Array.from({ length: 50 }, (_, seed) => link(seededRandom(seed)));
}

function roundTripMs({ up, down }: LinkProfile): number {
  return up.delayMs + down.delayMs;
}

describe("host kinds", () => {
  it.each(CLASSES)("has shares of %s that make 1", (hostClass) => {
    const sum = HOST_KINDS[hostClass].reduce((total, { share }) => total + share, 0);
    expect(sum).toBeCloseTo(1);
  });

  it("has names that tell the kinds apart", () => {
    expect(new Set(ALL.map(({ kind }) => kind)).size).toBe(ALL.length);
  });

  it.each(ALL.map((kind) => [kind.kind, kind] as const))("draws possible links: %s", (_, kind) => {
    for (const link of linksOf(kind)) {
      expect(roundTripMs(link)).toBeGreaterThanOrEqual(5);
      expect(roundTripMs(link)).toBeLessThanOrEqual(320);
      expect(link.up.loss ?? 0).toBeLessThanOrEqual(0.05);
    }
  });

  it("gives each queue room for more than one full packet", () => {
    for (const { up, down } of ALL.flatMap(linksOf)) {
      expect(up.queueBytes ?? Infinity).toBeGreaterThan(3_000);
      expect(down.queueBytes ?? Infinity).toBeGreaterThan(3_000);
    }
  });

  it("has hosts of each class on the other's kind of line", () => {
    const isNarrow = (kind: HostKind): boolean =>
      linksOf(kind).every(({ up }) => up.competing !== undefined);
    expect(HOST_KINDS.ham.some(isNarrow)).toBe(true);
    expect(HOST_KINDS.spam.every(isNarrow)).toBe(false);
  });
});
