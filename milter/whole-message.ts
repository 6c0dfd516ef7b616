import type { HeaderField } from "./applied-edits.ts";
import type { Action, Answer, Filter, Session } from "./filter.ts";
import type { ConnectEvent } from "./wire/commands.ts";
import type { MacroLists } from "./wire/negotiation.ts";

/** All of one message, as the MTA showed it. */
export interface WholeMessage {
  /** The SMTP client; undefined where the MTA did not tell. */
  readonly client: ConnectEvent | undefined;
  /** The last HELO or EHLO of the client, "" without one. */
  readonly helo: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly headers: readonly HeaderField[];
  /** The first `maxBodyBytes` of the body. */
  readonly body: Buffer;
  /** All bytes of the body; 0 where the body was not asked for. */
  readonly bodyBytes: number;
}

export interface MessageFilterOptions {
  /** The one callback: what is to become of this message. */
  decide(message: WholeMessage, session: Session): Answer | Promise<Answer>;
  readonly actions?: readonly Action[];
  readonly macros?: MacroLists;
  /** How much of the body to keep, in bytes; at 0, the default, the body is not asked for at all. */
  readonly maxBodyBytes?: number;
}

interface MutableMessage extends WholeMessage {
  sender: string;
  recipients: string[];
  headers: HeaderField[];
  chunks: Buffer[];
  keptBytes: number;
  bodyBytes: number;
}

interface ClientState {
  client: ConnectEvent | undefined;
  helo: string;
  message: MutableMessage;
}

function emptyMessage(client: ConnectEvent | undefined, helo: string): MutableMessage {
  return {
    client,
    helo,
    sender: "",
    recipients: [],
    headers: [],
    chunks: [],
    keptBytes: 0,
    bodyBytes: 0,
    get body() {
      return Buffer.concat(this.chunks);
    },
  };
}

/** The chunk is the server's own and reused, so what is kept of it is copied. */
function keep(message: MutableMessage, chunk: Uint8Array, maxBodyBytes: number): void {
  message.bodyBytes += chunk.length;
  const kept = Buffer.from(chunk.subarray(0, maxBodyBytes - message.keptBytes));
  message.keptBytes += kept.length;
  if (kept.length > 0) message.chunks.push(kept);
}

function restart(state: ClientState): void {
  state.message = emptyMessage(state.client, state.helo);
}

/** A filter from one function over whole messages, for those that need no say before the end. */
export function messageFilter(options: MessageFilterOptions): Filter<ClientState> {
  const maxBodyBytes = options.maxBodyBytes ?? 0;
  const watchBody = (state: ClientState, { chunk }: { readonly chunk: Uint8Array }) => {
    keep(state.message, chunk, maxBodyBytes);
  };
  return {
    open: () => ({ client: undefined, helo: "", message: emptyMessage(undefined, "") }),
    actions: options.actions ?? [],
    macros: options.macros ?? {},
    observe: {
      connect: (state, event) => {
        state.client = event;
      },
      helo: (state, { hostname }) => {
        state.helo = hostname;
      },
      mail: (state, { sender }) => {
        restart(state);
        state.message.sender = sender;
      },
      rcpt: (state, { recipient }) => {
        state.message.recipients.push(recipient);
      },
      header: (state, { name, value }) => {
        state.message.headers.push([name, value]);
      },
      ...(maxBodyBytes > 0 ? { body: watchBody } : {}),
    },
    endOfMessage: (state, session) => {
      const { message } = state;
      restart(state);
      return options.decide(message, session);
    },
    abort: restart,
  };
}
