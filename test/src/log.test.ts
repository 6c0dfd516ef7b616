import { describe, expect, it } from "vitest";
import { Log } from "../../src/log.ts";
import { collectedLog } from "../support/collected-log.ts";

describe("Log", () => {
  it("writes an event and its fields on one line", () => {
    const { log, lines } = collectedLog();
    log.info("ready", { listen: "unix:/run/s", pid: 7, absent: undefined });
    expect(lines).toEqual(["event=ready listen=unix:/run/s pid=7"]);
  });

  it("names the level of what is not ordinary", () => {
    const { log, lines } = collectedLog();
    log.warn("model-gone");
    log.error("model-refused");
    expect(lines).toEqual(["warn: event=model-gone", "error: event=model-refused"]);
  });

  it("writes the line of a mail as Postfix does, queue id first", () => {
    const { log, lines } = collectedLog();
    log.mail("4BENCH01", { client: "h[192.0.2.7]:1", score: "0.973", would: undefined });
    expect(lines).toEqual(["4BENCH01: client=h[192.0.2.7]:1, score=0.973"]);
  });

  it("lets nothing from outside begin a line of its own or end a field", () => {
    const { log, lines } = collectedLog();
    log.mail("Q", { from: "<a>\r\nforged: line", msgid: 'x", action=none' });
    expect(lines).toEqual(['Q: from="<a>??forged: line", msgid="x\\", action=none"']);
  });

  it("cuts a text line at 1,000 characters", () => {
    const { log, lines } = collectedLog();
    log.info("long", { value: "x".repeat(5000) });
    expect(lines[0]).toHaveLength(1000);
  });

  it("writes JSON with time and level", () => {
    const { log, lines } = collectedLog("json");
    log.mail("Q", { score: 0.5 });
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      time: "2026-01-02T03:04:05.000Z",
      level: "info",
      event: "mail",
      queue_id: "Q",
      score: 0.5,
    });
  });

  it("prefixes journald's severity where asked", () => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const log = new Log({ format: "text", severityPrefix: true, write, now: () => new Date(0) });
    log.info("a");
    log.warn("b");
    log.error("c");
    expect(lines.map((line) => line.slice(0, 3))).toEqual(["<6>", "<4>", "<3>"]);
  });
});
