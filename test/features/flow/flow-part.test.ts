import { describe, expect, it } from "vitest";
import { FlowPart } from "../../../features/flow/flow-part.ts";
import type { SegmentDescription } from "../../support/packet-builder.ts";
import { tcp } from "../../support/tcp-exchange.ts";

const MAIL_PORTS = new Set([25, 587]);
const PARTS = 4;

/** The parts that a segment belongs to; one unless something is wrong. */
function partsOf(description: SegmentDescription, ports: ReadonlySet<number> | "all"): number[] {
  return [0, 1, 2, 3].filter((part) =>
    new FlowPart({ part, parts: PARTS }, ports).has(tcp(description)),
  );
}

describe("FlowPart", () => {
  it.each<[string, ReadonlySet<number> | "all"]>([
    ["with ports", MAIL_PORTS],
    ["without ports", "all"],
  ])("gives both directions of a flow to one and the same part, %s", (_, ports) => {
    const used = new Set<number>();
    for (let each = 0; each < 60; each++) {
      const from = each % 2 === 0 ? `192.0.2.${each}:40000` : `[2001:db8::${each}]:40000`;
      const to = each % 2 === 0 ? "198.51.100.2:25" : "[2001:db8::ffff]:25";
      const there = partsOf({ from, to }, ports);
      expect(there).toHaveLength(1);
      expect(partsOf({ from: to, to: from }, ports)).toEqual(there);
      used.add(there[0] ?? -1);
    }
    expect(used.size).toBe(PARTS);
  });

  it("gives all flows of a client to one part where the ports tell who that is", () => {
    const servers = Array.from({ length: 20 }, (_, each) => `198.51.100.${each}:587`);
    const parts = servers.map((to) => partsOf({ from: "192.0.2.7:9", to }, MAIL_PORTS)[0]);
    expect(new Set(parts).size).toBe(1);
  });
});
