import { Log } from "../../src/log.ts";

/** A log whose lines can be looked at, with a clock that stands still. */
export function collectedLog(format: "text" | "json" = "text"): {
  readonly log: Log;
  readonly lines: string[];
} {
  const lines: string[] = [];
  const log = new Log({
    format,
    severityPrefix: false,
    write: (line) => lines.push(line.trimEnd()),
    now: () => new Date("2026-01-02T03:04:05Z"),
  });
  return { log, lines };
}
