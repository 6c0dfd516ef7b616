import { LogLines } from "./log-lines.ts";
import { Log } from "./log.ts";

/** Whoever read the log may go away, as journald does when it is restarted: mail goes on without it. */
function logLines(): LogLines {
  process.stderr.on("error", () => undefined);
  const lines = new LogLines((text) => process.stderr.write(text));
  process.on("exit", () => {
    lines.flush();
  });
  return lines;
}

/** The log of a daemon: stderr, which systemd or a supervisor reads. */
export function daemonLog(format: "text" | "json"): Log {
  const lines = logLines();
  return new Log({
    format,
    // Set by systemd where stderr is the journal (systemd.exec(5)).
    severityPrefix: format === "text" && process.env["JOURNAL_STREAM"] !== undefined,
    write: (line) => {
      lines.add(line);
    },
    now: () => new Date(),
  });
}
