import type { EventName, Events } from "./wire/commands.ts";
import type { MacroLists } from "./wire/negotiation.ts";

/** What a callback may know of its connection and of the present message. */
export interface Session {
  /** Counts the MTA's connections to this server from 1; for logs. */
  readonly id: number;
  readonly transport: "tcp" | "unix";
  /**
   * The value of a macro, `i` and `{i}` alike, as the MTA sent it last; undefined where it was not sent. Those of
   * CONNECT and HELO live as long as the client's connection, the others as long as the message.
   */
  macro(name: string): string | undefined;
  /**
   * How many headers of this name the present message has so far, whatever the case. Throws MilterAnswerError when
   * they were not counted: the filter's `countedHeaders` does not list the name, or the message passed a bound.
   */
  headerCount(name: string): number;
  /** Whether the MTA granted this kind of change. */
  can(action: Action): boolean;
  /**
   * True once the message passed a bound on headers or recipients: what came later was counted but not handed to the
   * filter. endOfMessage is called all the same.
   */
  readonly isOverLimit: boolean;
}

/** What is to become of a connection, a recipient or a message. */
export type Decision =
  | { readonly kind: "continue" }
  /** Pass it, and ask this filter no more: the message, or at connect and helo the whole connection. */
  | { readonly kind: "accept" }
  | { readonly kind: "reject" }
  | { readonly kind: "tempfail" }
  /** Accept it and throw it away. Not at connect and helo. */
  | { readonly kind: "discard" }
  /** No further events of this kind in this message: for header and body. */
  | { readonly kind: "skip" }
  /** The client is told 421 and disconnected. */
  | { readonly kind: "shutdown" }
  | {
      readonly kind: "reply";
      /** 400 to 599. */
      readonly code: number;
      /** Enhanced status code (RFC 3463) of the same class, such as `5.7.1`. */
      readonly enhanced?: string;
      /** Printable ASCII; one string per line, at most 32 lines of 980 bytes. */
      readonly text: string | readonly string[];
    };

/** A change of the message. Those that delete or change headers are made first, then the others as they stand. */
export type Edit =
  /** All copies, last to first, so that none is missed. */
  | { readonly kind: "delete-headers"; readonly name: string }
  /** The copy `index` (from 1) of this name becomes `value`; an empty value deletes it. */
  | {
      readonly kind: "change-header";
      readonly index: number;
      readonly name: string;
      readonly value: string;
    }
  /** At 0 above everything, at 1 below the MTA's own Received, beyond the end at the end. */
  | {
      readonly kind: "insert-header";
      readonly index: number;
      readonly name: string;
      readonly value: string;
    }
  /** At the end. */
  | { readonly kind: "add-header"; readonly name: string; readonly value: string }
  | { readonly kind: "add-recipient"; readonly recipient: string; readonly arguments?: string }
  | { readonly kind: "delete-recipient"; readonly recipient: string }
  | { readonly kind: "change-sender"; readonly sender: string; readonly arguments?: string }
  /** At most once in an answer; lines end in CRLF. */
  | { readonly kind: "replace-body"; readonly body: Uint8Array }
  /** The MTA holds the message; a decision is needed all the same. */
  | { readonly kind: "quarantine"; readonly reason: string };

/** The answer to a whole message. */
export interface Answer {
  readonly edits?: readonly Edit[];
  readonly decision: Decision;
}

/** What a filter may ask to change. Edits of a kind that was not asked for, or not granted, are refused. */
export type Action =
  "add-headers" | "change-headers" | "change-body" | "recipients" | "change-sender" | "quarantine";

/** Callbacks that get an event and owe no answer. */
export type Watchers<C> = {
  readonly [N in EventName]?: (state: C, event: Events[N], session: Session) => void;
};

/** Callbacks that answer an event. */
export type Deciders<C> = {
  readonly [N in EventName]?: (
    state: C,
    event: Events[N],
    session: Session,
  ) => Decision | Promise<Decision>;
};

/**
 * A milter. One object serves all connections; C is what it keeps for one of them, from the SMTP client's connect to
 * its end. What is asked of the MTA follows from the members that exist: an event that nobody watches or decides is
 * not sent, one that is only watched costs no round trip.
 *
 * Callbacks may throw, reject or never settle: then the server's policy answers, and the mail goes on.
 */
export interface Filter<C> {
  /** Called at the first event of a client's connection. */
  open(session: Session): C;
  readonly actions?: readonly Action[];
  /** Macros to ask for by stage (SMFIF_SETSYMLIST). A list replaces the MTA's own list of that stage. */
  readonly macros?: MacroLists;
  /**
   * Names whose copies are counted. With it, memory does not grow with the headers of a message, and the count holds
   * however many there are; without it all names are counted, up to the bound on headers.
   */
  readonly countedHeaders?: readonly string[];
  /** Ask for recipients too that the MTA itself refuses (SMFIP_RCPT_REJ); `{rcpt_mailer}` is `error` then. */
  readonly wantsRejectedRecipients?: boolean;
  readonly observe?: Watchers<C>;
  readonly decide?: Deciders<C>;
  endOfMessage(state: C, session: Session): Answer | Promise<Answer>;
  /** The present message is gone without endOfMessage, or while it ran; the connection lives on, or close follows. */
  abort?(state: C): void;
  /** Called exactly once for each open. */
  close?(state: C): void;
}
