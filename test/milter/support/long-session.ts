import {
  ABORT,
  END,
  EVENTS_IN_ORDER,
  header,
  HELO,
  MAIL,
  OFFER_WITHOUT_FLAGS,
  packet,
  QUIT,
  RCPT,
} from "./raw-peer.ts";

/** Three messages, one of them aborted, with macros, a refused recipient and a decision before the end. */
export const LONG_SESSION = Buffer.concat([
  OFFER_WITHOUT_FLAGS,
  packet("D", "Cj\0mx\0"),
  ...EVENTS_IN_ORDER.map(([, bytes]) => bytes),
  END,
  ABORT,
  ABORT,
  MAIL,
  packet("R", "<reply@example.com>\0"),
  RCPT,
  ABORT,
  HELO,
  packet("M", "<accept@example.net>\0"),
  RCPT,
  header("Subject", "skip"),
  END,
  QUIT,
]);
