import { expect } from "vitest";
import type { ExtractedFlow } from "../../features/extract-flows.ts";
import type { ExpectedFlow } from "./fixture-captures.ts";

/** How far a value may be off, absolutely and in proportion, by the end of its feature's name. Counts: not at all. */
const TOLERANCES: readonly (readonly [RegExp, absolute: number, relative: number])[] = [
  [/_(max_idle|rtt)$/, 2e-6, 0],
  [/_variance$/, 1e-11, 2e-5],
];

/** Expects these flows and no others, each with the features that are expected of it. */
export function expectFlows(
  found: readonly ExtractedFlow[],
  expected: readonly ExpectedFlow[],
): void {
  const flows = inOrder(found);
  const wanted = inOrder(expected);
  expect(flows.map(ends)).toEqual(wanted.map(ends));
  for (const [index, { features, complete }] of wanted.entries()) {
    const flow = flows[index];
    const wrong = Object.entries(features)
      .map(([name, value]) => ({ name, expected: value, found: flow?.features[name] }))
      .filter((each) => !isNear(each.name, each.expected, each.found));
    expect({ flow: flow && ends(flow), wrong }).toEqual({ flow: flow && ends(flow), wrong: [] });
    if (complete !== undefined) expect(flow?.complete).toBe(complete);
  }
}

function ends({ client, server }: Pick<ExpectedFlow, "client" | "server">): string {
  return `${client.address}:${client.port} ${server.address}:${server.port}`;
}

/** Sorted by their ends; flows between the same ends stay in the order in which they began. */
function inOrder<Each extends Pick<ExpectedFlow, "client" | "server">>(
  flows: readonly Each[],
): Each[] {
  return flows.toSorted((one, other) => ends(one).localeCompare(ends(other)));
}

function isNear(name: string, expected: number | null, found: number | null | undefined): boolean {
  if (expected === null || found === null || found === undefined) return expected === found;
  const [, absolute = 0, relative = 0] = TOLERANCES.find(([names]) => names.test(name)) ?? [];
  return Math.abs(expected - found) <= Math.max(absolute, relative * Math.abs(expected));
}
