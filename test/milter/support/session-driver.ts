import { BoundFilter, type FaultReporter, type FilterCalls } from "../../../milter/filter-calls.ts";
import type { Decision, Filter } from "../../../milter/filter.ts";
import type { Work } from "../../../milter/consultation.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../milter/limits.ts";
import { MilterSession } from "../../../milter/session.ts";
import type { MessageEnd } from "../../../milter/session-port.ts";
import { SessionView } from "../../../milter/session-view.ts";
import { type FilterShape, isHeard, wishesOf } from "../../../milter/wishes.ts";
import { encodeCommand } from "../../../milter/wire/command-encoding.ts";
import type { Command } from "../../../milter/wire/commands.ts";
import { type Packet, PacketSplitter } from "../../../milter/wire/packet-splitter.ts";

export interface DriverOptions {
  readonly transport?: "tcp" | "unix";
  readonly policy?: Decision;
  readonly limits?: Partial<Limits>;
}

type Binder = (view: SessionView, onFault: FaultReporter) => FilterCalls;

export function drive<C>(filter: Filter<C>, options: DriverOptions = {}): SessionDriver {
  const bind: Binder = (view, onFault) => new BoundFilter(filter, view, onFault);
  return new SessionDriver(filter, bind, options);
}

/** One session without a socket: bytes in, reply bytes out, with what it reported on the way. */
export class SessionDriver {
  readonly session: MilterSession;
  readonly faults: string[] = [];
  readonly ends: MessageEnd[] = [];
  readonly #splitter = new PacketSplitter();
  #output: Buffer[] = [];

  constructor(filter: FilterShape, bind: Binder, options: DriverOptions) {
    const transport = options.transport ?? "tcp";
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { countedHeaders } = filter;
    const view = new SessionView({ id: 1, transport, countedHeaders, limits });
    this.session = new MilterSession({
      view,
      calls: bind(view, (callback, error) => {
        this.faults.push(`${callback}: ${String(error)}`);
      }),
      port: {
        send: (packet) => this.#output.push(packet),
        flush: () => undefined,
        onFault: (fault) => {
          const error = fault.kind === "handler-error" ? String(fault.error) : "timeout";
          this.faults.push(`${fault.point}: ${error}`);
        },
        onMessageEnd: (end) => this.ends.push(end),
      },
      wishes: wishesOf(filter, transport),
      isHeard: (name) => isHeard(filter, name),
      policy: options.policy ?? { kind: "accept" },
      limits,
    });
  }

  /** Feeds bytes, waiting for callbacks as the connection would, and returns the reply bytes. */
  async feed(bytes: Buffer): Promise<Buffer> {
    this.#splitter.push(bytes);
    for (let packet = this.#splitter.next(); packet; packet = this.#splitter.next()) {
      await this.session.receive(packet);
    }
    return this.#take();
  }

  say(command: Command): Promise<Buffer> {
    return this.feed(encodeCommand(command));
  }

  /** Starts a command whose callback does not settle by itself; the replies come with the returned function. */
  start(command: Command): { readonly work: Work; readonly replies: () => Buffer } {
    this.#splitter.push(encodeCommand(command));
    const packet = this.#splitter.next();
    const work = packet && this.session.receive(packet);
    return { work, replies: () => this.#take() };
  }

  #take(): Buffer {
    const output = Buffer.concat(this.#output);
    this.#output = [];
    return output;
  }
}

/** The packets in a piece of stream. */
export function packetsOf(bytes: Buffer): Packet[] {
  const splitter = new PacketSplitter();
  splitter.push(bytes);
  const packets: Packet[] = [];
  for (let packet = splitter.next(); packet; packet = splitter.next()) {
    packets.push({ code: packet.code, payload: Buffer.from(packet.payload) });
  }
  return packets;
}
