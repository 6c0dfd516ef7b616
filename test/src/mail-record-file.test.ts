import { appendFile, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findMailRecord, MailRecordFile } from "../../src/mail-record-file.ts";
import { mailRecord, type MailRecord } from "../../src/mail-record.ts";
import { flowRecord } from "../support/flow-record.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "spamflow-records-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function mail(id: string): MailRecord {
  const facts = { id, time: 1, queue_id: "Q", message_id: null, client: null, host: "mx" };
  return mailRecord(facts, { kind: "unknown", reason: "warming-up", record: flowRecord() }, "none");
}

function open(maxFileBytes?: number): Promise<MailRecordFile> {
  const onFault = (error: unknown) => {
    throw error;
  };
  return MailRecordFile.open({ folder, onFault, ...(maxFileBytes ? { maxFileBytes } : {}) });
}

async function found(id: string): Promise<MailRecord | undefined> {
  const line = await findMailRecord(folder, id);
  return line === undefined ? undefined : (JSON.parse(line) as MailRecord);
}

describe("MailRecordFile", () => {
  it("keeps each mail so that it is found by its id", async () => {
    const file = await open();
    const ids = ["000000000001", "000000000002", "000000000003"];
    for (const id of ids) file.append(mail(id));
    await file.close();
    expect(await found("000000000002")).toEqual(mail("000000000002"));
    expect(await found("00000000000f")).toBeUndefined();
  });

  it("appends to what an earlier process left", async () => {
    for (const id of ["000000000001", "000000000002"]) {
      const file = await open();
      file.append(mail(id));
      await file.close();
    }
    expect(await found("000000000001")).toBeDefined();
    expect(await found("000000000002")).toBeDefined();
  });

  it("loses only the line that a crash cut", async () => {
    const first = await open();
    first.append(mail("000000000001"));
    await first.close();
    await appendFile(join(folder, "mails.jsonl"), '{"id":"000000000002","ti');
    const second = await open();
    second.append(mail("000000000003"));
    await second.close();
    expect(await found("000000000001")).toBeDefined();
    expect(await found("000000000002")).toBeUndefined();
    expect(await found("000000000003")).toEqual(mail("000000000003"));
  });

  it("begins a new file when one is full, and keeps two", async () => {
    const file = await open(3_000);
    for (let n = 1; n <= 12; n += 1) {
      file.append(mail(n.toString(16).padStart(12, "0")));
      await file.written();
    }
    await file.close();
    expect((await readdir(folder)).sort()).toEqual(["mails.1.jsonl", "mails.jsonl"]);
    expect(await found("00000000000c")).toBeDefined();
    expect(await found("000000000001")).toBeUndefined();
    const { size } = await stat(join(folder, "mails.1.jsonl"));
    expect(size).toBeLessThan(3_000 + 2 * JSON.stringify(mail("000000000001")).length);
  });

  it("drops mails beyond the queue's bound and counts them, rather than grow without end", async () => {
    const file = await open();
    for (let n = 0; n < 10_005; n += 1) file.append(mail("000000000001"));
    expect(file.dropped).toBeGreaterThan(0);
    await file.close();
    const lines = (await readFile(join(folder, "mails.jsonl"), "utf8")).split("\n").length - 1;
    expect(lines + file.dropped).toBe(10_005);
  });

  it("rejects a folder that is not there", async () => {
    folder = await mkdtemp(join(tmpdir(), "spamflow-records-"));
    const missing = join(folder, "missing");
    await expect(
      MailRecordFile.open({ folder: missing, onFault: () => undefined }),
    ).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("findMailRecord", () => {
  it("finds nothing in an empty state folder", async () => {
    expect(await findMailRecord(folder, "000000000001")).toBeUndefined();
  });
});
