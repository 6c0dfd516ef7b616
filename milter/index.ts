/**
 * The milter protocol, version 6: a server for filters, and the MTA's side for tests and load. It knows sockets and
 * mail, and nothing of what a filter filters.
 */
export { MilterServer, type MilterServerOptions } from "./server.ts";
export type { ServerCounters } from "./server-counters.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export type { Report, ReportReceiver } from "./reports.ts";
export {
  type EndReply,
  MilterClient,
  type MilterClientOptions,
  type OutgoingMessage,
  type PlayedMessage,
} from "./client.ts";
export { applyEdits, type EditedMessage, type HeaderField } from "./applied-edits.ts";
export type { EditReply, FinalReply } from "./wire/replies.ts";
export { formatListenSpec, type ListenSpec, parseListenSpec } from "./listen-spec.ts";
export { type Bound, listenOn, type UnixSocketOptions } from "./listener.ts";
export {
  MilterAnswerError,
  MilterListenError,
  MilterProtocolError,
  MilterSpecError,
  type ProtocolViolation,
} from "./errors.ts";
export type {
  Action,
  Answer,
  Deciders,
  Decision,
  Edit,
  Filter,
  Session,
  Watchers,
} from "./filter.ts";
export type {
  BodyEvent,
  ConnectEvent,
  DataEvent,
  EndOfHeadersEvent,
  EventName,
  Events,
  HeaderEvent,
  HeloEvent,
  MailEvent,
  RcptEvent,
  UnknownEvent,
} from "./wire/commands.ts";
export { type Family, type MacroStage, POSTFIX_OFFER } from "./wire/codes.ts";
export type { Agreement, MacroLists, Offer } from "./wire/negotiation.ts";
export type { MacroValues } from "./client-macros.ts";
export { type MessageFilterOptions, messageFilter, type WholeMessage } from "./whole-message.ts";
export { foldHeaderValue } from "./header-edits.ts";
export { formatReply } from "./reply-text.ts";
