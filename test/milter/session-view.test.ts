import { describe, expect, it } from "vitest";

import type { Limits } from "../../milter/limits.ts";
import { DEFAULT_LIMITS } from "../../milter/limits.ts";
import { SessionView } from "../../milter/session-view.ts";
import { COMMAND } from "../../milter/wire/codes.ts";

function view(limits: Partial<Limits> = {}): SessionView {
  return new SessionView({
    id: 1,
    transport: "unix",
    countedHeaders: undefined,
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
}

function header(name: string, value = "") {
  return { kind: "header", name, value, rawValue: Buffer.from(value) } as const;
}

describe("SessionView", () => {
  it("admits headers up to the bound on their number, and counts the others", () => {
    const session = view({ maxHeaders: 2 });
    expect(["A", "B", "A"].map((name) => session.admitHeader(header(name)))).toEqual([
      true,
      true,
      false,
    ]);
    expect([session.isOverLimit, session.headerCount("a")]).toEqual([true, 2]);
  });

  it("admits headers up to the bound on their bytes", () => {
    const session = view({ maxHeaderBytes: 4 });
    expect(session.admitHeader(header("A", "bcd"))).toBe(true);
    expect(session.isOverLimit).toBe(false);
    expect(session.admitHeader(header("A"))).toBe(false);
  });

  it("admits recipients up to their bound", () => {
    const session = view({ maxRecipients: 1 });
    expect([session.admitRecipient(), session.admitRecipient()]).toEqual([true, false]);
  });

  it("begins anew with each message, but for the macros of the connection", () => {
    const session = view({ maxHeaders: 1 });
    session.macros.record(COMMAND.connect, "j\0mx\0");
    session.macros.record(COMMAND.data, "i\x00Q1\0");
    session.macros.commit();
    session.admitHeader(header("A"));
    session.admitHeader(header("A"));
    session.forgetMessage();
    expect([session.isOverLimit, session.headerCount("A")]).toEqual([false, 0]);
    expect([session.macro("j"), session.macro("i")]).toEqual(["mx", undefined]);
    expect(session.admitHeader(header("A"))).toBe(true);
    session.forgetConnection();
    expect(session.macro("j")).toBeUndefined();
  });

  it("knows what was granted; recipients without arguments are enough", () => {
    const session = view();
    expect(session.can("add-headers")).toBe(false);
    session.grant(0x0d);
    expect(session.can("add-headers")).toBe(true);
    expect(session.can("recipients")).toBe(true);
    expect(session.can("change-headers")).toBe(false);
    session.grant(0x04);
    expect(session.can("recipients")).toBe(false);
  });
});
