import { hostname } from "node:os";
import type { Answer, ConnectEvent, Edit, Filter, HeaderEvent, Session } from "../milter/index.ts";
import { resolveAction, type ActionPolicy, type Resolution } from "./action.ts";
import { formatHeader, HEADER_NAME, type SpamFlowHeader } from "./header.ts";
import { judge, type JudgeParts, type Judgement, type SmtpClient } from "./judgement.ts";
import { mailLogFields } from "./mail-log.ts";
import { mailRecord, packetsOf, type MailRecord } from "./mail-record.ts";
import { refusal } from "./refusal.ts";
import type { Log } from "./log.ts";

/** Everything that the filter uses and does not make itself. */
export interface SpamFilterParts extends JudgeParts {
  readonly policy: ActionPolicy;
  /** Whether local and authenticated mails get an `Unknown` header. */
  readonly skipped: "none" | "header";
  readonly keep: (record: MailRecord) => void;
  readonly log: Log;
  /** A fault of ours while a mail was judged; the mail passes. */
  readonly onFault: (error: unknown) => void;
  /** Called once a mail, for metrics. */
  readonly onMail: (judgement: Judgement, resolution: Resolution, seconds: number) => void;
  /** 12 random lower-case hex digits. */
  readonly newId: () => string;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Epoch milliseconds, with fractions. */
  readonly now: () => number;
}

/** What one milter connection, which is one SMTP connection, remembers. */
interface ClientState {
  client: SmtpClient;
  authenticated: boolean;
  sender: string;
  messageId: string | undefined;
}

/** Reasons of mails that are not ours to judge: they get no header unless asked for. */
const SKIPPED = new Set<string>(["local", "authenticated"]);

const NO_CLIENT: SmtpClient = { hostname: "unknown", endpoint: undefined, server: undefined };

function clientOf(event: ConnectEvent, session: Session): SmtpClient {
  const network = event.family === "inet" || event.family === "inet6";
  const endpoint = network ? { address: event.address, port: event.port } : undefined;
  const address = session.macro("daemon_addr");
  const port = Number(session.macro("daemon_port"));
  const server = address !== undefined && port > 0 ? { address, port } : undefined;
  return { hostname: event.hostname, endpoint, server };
}

/** `<id>` as `id`; the first Message-ID header counts. */
function messageIdOf(event: HeaderEvent): string | undefined {
  if (event.name.toLowerCase() !== "message-id") return undefined;
  return event.value.trim().replace(/^<(.*)>$/, "$1");
}

function headerOf(judgement: Judgement, action: Resolution["action"], id: string): SpamFlowHeader {
  if (judgement.kind === "unknown") return { kind: "unknown", reason: judgement.reason, id };
  const { score, required, model, record } = judgement;
  return { kind: "scored", score, required, model, packets: packetsOf(record), action, id };
}

/** Every incoming copy is deleted, on every mail; ours is inserted above all headers. */
function edits(header: SpamFlowHeader | undefined): readonly Edit[] {
  const remove: Edit = { kind: "delete-headers", name: HEADER_NAME };
  if (header === undefined) return [remove];
  const value = formatHeader(header);
  return [remove, { kind: "insert-header", index: 0, name: HEADER_NAME, value }];
}

/**
 * The milter handler: remembers who the client is, and at end of message asks for its flow, scores it and
 * answers. A fault of ours makes the mail pass as `Unknown, reason=error`.
 */
export class SpamFilter implements Filter<ClientState> {
  readonly actions = ["add-headers", "change-headers"] as const;

  /** Forged copies are all that is counted, so memory does not grow with the headers of a mail. */
  readonly countedHeaders = [HEADER_NAME] as const;

  /** Asked for by SETSYMLIST, so main.cf needs no change; a list replaces the MTA's own for that stage. */
  readonly macros = {
    connect: [
      "j",
      "{daemon_name}",
      "{daemon_addr}",
      "{daemon_port}",
      "{client_addr}",
      "{client_port}",
      "{client_connections}",
      "v",
      "_",
    ],
  } as const;

  readonly observe = {
    connect: (state: ClientState, event: ConnectEvent, session: Session): void => {
      state.client = clientOf(event, session);
    },
    mail: (state: ClientState, event: { readonly sender: string }, session: Session): void => {
      state.sender = event.sender;
      state.messageId = undefined;
      state.authenticated = Boolean(session.macro("auth_type") ?? session.macro("auth_authen"));
    },
    header: (state: ClientState, event: HeaderEvent): void => {
      state.messageId ??= messageIdOf(event);
    },
  };

  readonly #parts: SpamFilterParts;
  readonly #host = hostname();

  constructor(parts: SpamFilterParts) {
    this.#parts = parts;
  }

  open(): ClientState {
    return { client: NO_CLIENT, authenticated: false, sender: "", messageId: undefined };
  }

  async endOfMessage(state: ClientState, session: Session): Promise<Answer> {
    const started = this.#parts.now();
    const judgement = await this.#judge(state);
    const resolution = resolveAction(judgement, this.#parts.policy, this.#parts.random());
    const id = this.#parts.newId();
    const queueId = session.macro("i") ?? "NOQUEUE";
    this.#report({ state, judgement, resolution, id, queueId, started });
    return this.#answer(judgement, resolution, { id, queueId });
  }

  async #judge(state: ClientState): Promise<Judgement> {
    try {
      return await judge(state.client, state.authenticated, this.#parts);
    } catch (error) {
      this.#parts.onFault(error);
      return { kind: "unknown", reason: "error", record: undefined };
    }
  }

  #answer(
    judgement: Judgement,
    { action }: Resolution,
    mail: { readonly id: string; readonly queueId: string },
  ): Answer {
    if (action === "reject" || action === "defer")
      return { decision: refusal(action, mail.queueId) };
    const skipped = judgement.kind === "unknown" && SKIPPED.has(judgement.reason);
    const silent =
      this.#parts.policy.mode === "observe" || (skipped && this.#parts.skipped === "none");
    const header = silent ? undefined : headerOf(judgement, action, mail.id);
    return { edits: edits(header), decision: { kind: "continue" } };
  }

  #report(mail: ReportedMail): void {
    const { state, judgement, resolution, id, queueId, started } = mail;
    const finished = this.#parts.now();
    const seconds = (finished - started) / 1000;
    const facts = {
      id,
      time: finished / 1000,
      queue_id: queueId,
      message_id: state.messageId ?? null,
      client: state.client.endpoint ?? null,
      host: this.#host,
    };
    this.#parts.keep(mailRecord(facts, judgement, resolution.action));
    const { client, sender, messageId } = state;
    const logged = { client, sender, messageId, judgement, resolution, id, seconds };
    this.#parts.log.mail(queueId, mailLogFields(logged));
    this.#parts.onMail(judgement, resolution, seconds);
  }
}

interface ReportedMail {
  readonly state: ClientState;
  readonly judgement: Judgement;
  readonly resolution: Resolution;
  readonly id: string;
  readonly queueId: string;
  readonly started: number;
}
