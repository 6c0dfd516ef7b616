import type { Report } from "./reports.ts";
import type { MessageEnd } from "./session-port.ts";

/** What a server has done since it was made; counts only rise, but for openConnections. */
export class ServerCounters {
  connections = 0;
  openConnections = 0;
  /** Ends of messages: answered at their end, decided by the filter before it, or aborted by the MTA. */
  readonly messages: Record<MessageEnd, number> = { answered: 0, decided: 0, aborted: 0 };
  /** Reports whose receiver threw. */
  lostReports = 0;
  /** How often each kind of report came up, those that were withheld included. */
  readonly reports: Record<Report["kind"], number> = {
    "protocol-violation": 0,
    "handler-error": 0,
    "handler-timeout": 0,
    "connection-refused": 0,
    "connection-timeout": 0,
    "connection-lost": 0,
    "listener-error": 0,
  };
}
