import { expect } from "vitest";
import type { MailRecord } from "../../src/mail-record.ts";
import { ourHeaders, valueOf } from "./mail-headers.ts";
import type { MailSystem } from "./mail-system.ts";
import { spamflow } from "./spamflow-process.ts";

export interface KeptMail {
  /** The mail as it was delivered. */
  readonly text: string;
  /** Its only X-SpamFlow header, unfolded. */
  readonly header: string;
  /** What `why ID --json` tells of it. */
  readonly kept: MailRecord;
}

/** What a header says in the words of a record; numbers as the header rounds them. */
function told(header: string): Record<string, string | null> {
  const [, verdict = "", reason] = /^X-SpamFlow: (\w+),(?: reason=(\S+))?/.exec(header) ?? [];
  const value = (key: string): string | null => valueOf(header, key) || null;
  return { verdict, reason: reason ?? null, score: value("score"), packets: value("packets") };
}

/** The same of a record; packets are told of scored mails only. */
function recorded({ verdict, reason, score, packets }: MailRecord): Record<string, string | null> {
  return {
    verdict,
    reason,
    score: score === null ? null : score.toFixed(3),
    packets: score === null ? null : String(packets),
  };
}

/**
 * The delivered mail with this subject. It must bear exactly one X-SpamFlow, and `why` must tell the same of it as that
 * header does.
 */
export async function keptMail(system: MailSystem, subject: string): Promise<KeptMail> {
  const text = await system.mail(subject);
  const [header = "", ...others] = ourHeaders(text);
  expect(others).toEqual([]);
  const id = valueOf(header, "id");
  expect(id).toMatch(/^[0-9a-f]{12}$/);
  const why = await spamflow(["why", id, "--json", "--state", system.state]);
  expect(why.stderr).toBe("");
  const kept = JSON.parse(why.stdout) as MailRecord;
  expect(recorded(kept)).toEqual(told(header));
  return { text, header, kept };
}

/** A mail that was scored, from the flow of this client's port. */
export function expectScored(
  { header, kept }: KeptMail,
  clientPort: number,
  address = "127.0.0.1",
): void {
  expect(header).toMatch(/^X-SpamFlow: (Yes|No), score=[01]\.\d{3} required=0\.800 /);
  expect(kept.client).toEqual({ address, port: clientPort });
  expect(kept.complete).toBe(true);
}

/** A mail whose client's flow was not seen; nothing of another flow is kept with it. */
export function expectNoFlow({ header, kept }: KeptMail, client: MailRecord["client"]): void {
  expect(header).toMatch(/^X-SpamFlow: Unknown, reason=no-flow id=\w+$/);
  expect(kept.client).toEqual(client);
  expect(kept.record).toBeNull();
  expect(kept).not.toHaveProperty("features");
}
