/** Checks of what was delivered: the demo shows nothing that it has not seen in the mails themselves. */
import { chmod, copyFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseHeader } from "../header.ts";
import { readDelivered, scoreOf } from "./delivered-mail.ts";
import type { FlowObject } from "./flow-objects.ts";
import { plainAddress } from "./ip-packet.ts";
import type { JudgedHeader } from "./outcome.ts";

export interface Delivery {
  readonly batch: string;
  readonly header: JudgedHeader;
  /** What the daemon kept of this mail. */
  readonly flow: FlowObject;
}

/**
 * A delivered mail with what the daemon kept of it. An Error when the mail has not exactly one X-SpamFlow header, when
 * the daemon kept nothing under that header's id, or when it took another host's flow than that which Postfix names.
 */
export function checkDelivery(text: string, kept: ReadonlyMap<string, FlowObject>): Delivery {
  const { recipient, planned, client, spamFlow } = readDelivered(text);
  const [value] = spamFlow;
  if (value === undefined || spamFlow.length > 1) {
    throw new Error(`mail ${planned} was delivered with ${spamFlow.length} X-SpamFlow headers`);
  }
  const header = parseHeader(value);
  if (header === undefined) throw new Error(`mail ${planned} has the X-SpamFlow header "${value}"`);
  const flow = kept.get(header.id);
  if (flow === undefined) throw new Error(`the daemon has kept nothing of mail ${planned}`);
  if (plainAddress(flow.client.address) !== plainAddress(client)) {
    throw new Error(
      `mail ${planned} came from ${client}, but was judged as ${flow.client.address}'s`,
    );
  }
  return { batch: recipient, flow, header: { verdict: header.verdict, score: scoreOf(value) } };
}

/** Copies delivered mails to a folder that stays, and gives its name. */
export async function keepMails(files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "spamflow-demo-mails-"));
  await chmod(folder, 0o755);
  for (const file of files) {
    const copy = join(folder, basename(file));
    await copyFile(file, copy);
    await chmod(copy, 0o644);
  }
  return folder;
}
