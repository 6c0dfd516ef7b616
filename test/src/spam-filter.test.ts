import { describe, expect, it } from "vitest";
import type { Session } from "../../milter/index.ts";
import type { MailRecord } from "../../src/mail-record.ts";
import { SpamFilter, type SpamFilterParts } from "../../src/spam-filter.ts";
import { collectedLog } from "../support/collected-log.ts";
import { flowRecord } from "../support/flow-record.ts";

const ID = "3f9c2a7b51de";
const connectEvent = {
  kind: "connect",
  hostname: "mail.example.net",
  family: "inet",
  address: "192.0.2.7",
  port: 41231,
} as const;

function session(macros: Readonly<Record<string, string>> = {}): Session {
  return {
    id: 1,
    transport: "unix",
    macro: (name) => macros[name],
    headerCount: () => 0,
    can: () => true,
    isOverLimit: false,
  };
}

/** A filter with a model that always says `score`, and everything that it told the other parts. */
function filterWith(score: number, changes: Partial<SpamFilterParts> = {}) {
  const { log, lines } = collectedLog();
  const kept: MailRecord[] = [];
  const faults: unknown[] = [];
  const observed: unknown[] = [];
  const filter = new SpamFilter({
    flows: {
      observe: (...asked) => {
        observed.push(asked);
        return Promise.resolve({ kind: "flow", record: flowRecord() });
      },
    },
    model: () => ({ name: "logistic-1", threshold: null, probability: () => score }),
    required: undefined,
    scoreLocal: false,
    policy: { mode: "tag", rejectAbove: 0.99, deferAbove: undefined, letThrough: 0 },
    skipped: "none",
    keep: (record) => kept.push(record),
    log,
    onFault: (error) => faults.push(error),
    onMail: () => undefined,
    newId: () => ID,
    random: () => 0.5,
    now: () => 1_764_000_000_000,
    ...changes,
  });
  return { filter, lines, kept, faults, observed };
}

type Made = ReturnType<typeof filterWith>;

/** Plays one message to the filter as the server would. */
function play({ filter }: Made, macros: Readonly<Record<string, string>> = {}) {
  const state = filter.open();
  const view = session({ i: "4BENCH01", ...macros });
  filter.observe.connect(state, connectEvent, view);
  filter.observe.mail(state, { sender: "<a@example.net>" }, view);
  for (const value of ["<one@example.net>", "<two@example.net>"]) {
    filter.observe.header(state, {
      kind: "header",
      name: "Message-ID",
      value,
      rawValue: Buffer.from(value),
    });
  }
  return filter.endOfMessage(state, view);
}

const deleteForged = { kind: "delete-headers", name: "X-SpamFlow" };

describe("SpamFilter", () => {
  it("deletes every incoming copy of the header and inserts one on top", async () => {
    const answer = await play(filterWith(0.973));
    expect(answer.decision).toEqual({ kind: "continue" });
    expect(answer.edits).toEqual([
      deleteForged,
      {
        kind: "insert-header",
        index: 0,
        name: "X-SpamFlow",
        value:
          "Yes, score=0.973 required=0.800 level=********* model=logistic-1\n" +
          `\tcapture=complete packets=23 action=tag id=${ID}`,
      },
    ]);
  });

  it("looks the flow up by the client's address and port, and our own where the MTA told them", async () => {
    const made = filterWith(0.1);
    await play(made, { daemon_addr: "198.51.100.2", daemon_port: "25" });
    expect(made.observed).toEqual([
      [
        { address: "192.0.2.7", port: 41231 },
        { address: "198.51.100.2", port: 25 },
      ],
    ]);
  });

  it("only deletes on mails of authenticated clients, unless asked to mark them", async () => {
    const macros = { auth_type: "PLAIN" };
    expect((await play(filterWith(0.9), macros)).edits).toEqual([deleteForged]);
    const marked = await play(filterWith(0.9, { skipped: "header" }), macros);
    expect(marked.edits?.[1]).toMatchObject({
      value: `Unknown, reason=authenticated id=${ID}`,
    });
  });

  it("adds nothing in mode observe, but deletes, logs and keeps", async () => {
    const policy = {
      mode: "observe",
      rejectAbove: 0.99,
      deferAbove: undefined,
      letThrough: 0,
    } as const;
    const made = filterWith(0.995, { policy });
    const answer = await play(made);
    expect(answer).toEqual({ edits: [deleteForged], decision: { kind: "continue" } });
    expect(made.lines[0]).toContain("action=none, would=reject");
    expect(made.kept).toHaveLength(1);
  });

  it("rejects in mode enforce, with the queue id in the reply", async () => {
    const policy = { mode: "enforce", rejectAbove: 0.99, deferAbove: 0.9, letThrough: 0 } as const;
    const rejected = await play(filterWith(0.995, { policy }));
    expect(rejected.decision).toMatchObject({ kind: "reply", code: 550, enhanced: "5.7.1" });
    expect(JSON.stringify(rejected.decision)).toContain("4BENCH01");
    const deferred = await play(filterWith(0.95, { policy }));
    expect(deferred.decision).toMatchObject({ kind: "reply", code: 451, enhanced: "4.7.1" });
  });

  it("lets the mail pass with reason=error when a part of ours fails, and tells it", async () => {
    const flows = { observe: () => Promise.reject(new Error("broken")) };
    const made = filterWith(0.9, { flows });
    const answer = await play(made);
    expect(answer.decision).toEqual({ kind: "continue" });
    expect(answer.edits?.[1]).toMatchObject({ value: `Unknown, reason=error id=${ID}` });
    expect(made.faults).toEqual([new Error("broken")]);
  });

  it("keeps the mail under its id, with the first Message-ID", async () => {
    const made = filterWith(0.973);
    await play(made);
    expect(made.kept[0]).toMatchObject({
      id: ID,
      time: 1_764_000_000,
      queue_id: "4BENCH01",
      message_id: "one@example.net",
      verdict: "Yes",
      packets: 23,
      client: { address: "192.0.2.7", port: 41231 },
    });
  });

  it("forgets sender, authentication and message id of the message before", async () => {
    const made = filterWith(0.1);
    const state = made.filter.open();
    const view = session({ i: "Q1", auth_type: "PLAIN" });
    made.filter.observe.connect(state, connectEvent, view);
    made.filter.observe.mail(state, { sender: "<a@example.net>" }, view);
    const id = {
      kind: "header",
      name: "message-id",
      value: "<x>",
      rawValue: Buffer.from("<x>"),
    } as const;
    made.filter.observe.header(state, id);
    await made.filter.endOfMessage(state, view);
    const second = session({ i: "Q2" });
    made.filter.observe.mail(state, { sender: "<b@example.net>" }, second);
    await made.filter.endOfMessage(state, second);
    expect(made.kept.map((mail) => [mail.queue_id, mail.message_id, mail.reason])).toEqual([
      ["Q1", "x", "authenticated"],
      ["Q2", null, null],
    ]);
  });

  it("writes one line a mail", async () => {
    const made = filterWith(0.973);
    await play(made);
    expect(made.lines).toEqual([
      "4BENCH01: client=mail.example.net[192.0.2.7]:41231, verdict=Yes, score=0.973, required=0.800, " +
        "model=logistic-1, capture=complete, packets=23, retrans=0, action=tag, " +
        `id=${ID}, from=<a@example.net>, msgid=<one@example.net>, t=0.0ms`,
    ]);
  });

  it("takes a client without a network peer for local", async () => {
    const made = filterWith(0.9);
    const state = made.filter.open();
    const unix = {
      kind: "connect",
      hostname: "localhost",
      family: "unix",
      address: "/run/s",
      port: 0,
    } as const;
    made.filter.observe.connect(state, unix, session());
    const answer = await made.filter.endOfMessage(state, session());
    expect(answer.edits).toEqual([deleteForged]);
    expect(made.lines[0]).toMatch(/^NOQUEUE: client=localhost, verdict=Unknown, reason=local,/);
  });
});
