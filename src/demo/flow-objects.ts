/** Flow objects as `extract`, `score` and the daemon's state folder have them: JSON Lines. */
import { readFile, writeFile } from "node:fs/promises";
import type { HostClass } from "./host-kinds.ts";
import { plainAddress } from "./ip-packet.ts";

/** The keys that the demo reads; an object has more, and they are passed on untouched. */
export interface FlowObject {
  readonly id?: string;
  readonly client: { readonly address: string; readonly port: number };
  /** Missing where the mail's packets were not found. */
  readonly features?: Readonly<Record<string, number | null>>;
  /** What ended the flow's cut, where the flow is a message's. */
  readonly cut?: string;
  readonly verdict?: string;
  readonly score?: number | null;
}

/** The objects of a JSON Lines text; lines that name no client are left out. */
export function parseFlowObjects(text: string): readonly FlowObject[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => parseLine(line, index + 1))
    .filter(hasClient);
}

export async function readFlowObjects(file: string): Promise<readonly FlowObject[]> {
  return parseFlowObjects(await readFile(file, "utf8"));
}

/**
 * The messages that their senders sent to the end. What is left out was broken off, or is what a vanished sender's
 * connection still had to say when the capture began.
 */
export function wholeMessages(flows: readonly FlowObject[]): readonly FlowObject[] {
  return flows.filter(({ cut }) => cut === "end-of-data");
}

/** Classes of hosts by their address, in the spelling of `plainAddress`. */
export type HostClasses = ReadonlyMap<string, HostClass>;

/**
 * Writes the objects that have features as examples to learn from, labelled by their client's address; gives how many
 * there are. A client that `classes` does not know is an Error: a demo that guessed labels would prove nothing.
 */
export async function writeExamples(
  file: string,
  flows: readonly FlowObject[],
  classes: HostClasses,
): Promise<number> {
  const examples = flows.filter(({ features }) => features !== undefined);
  const lines = examples.map((flow) => {
    const label = classOf(flow, classes);
    return `${JSON.stringify({ ...flow, label, teacher: "demo" })}\n`;
  });
  await writeFile(file, lines.join(""));
  return examples.length;
}

/** The class of the host that a flow came from. */
export function classOf({ client }: Pick<FlowObject, "client">, classes: HostClasses): HostClass {
  const hostClass = classes.get(plainAddress(client.address));
  if (hostClass === undefined)
    throw new Error(`no host of the demo has the address ${client.address}`);
  return hostClass;
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`line ${number} of the flow objects is not JSON`, { cause });
  }
}

function hasClient(value: unknown): value is FlowObject {
  if (typeof value !== "object" || value === null) return false;
  const { client } = value as { client?: unknown };
  return typeof client === "object" && client !== null && "address" in client;
}
