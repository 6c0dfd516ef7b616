import type { Socket } from "node:net";

import { ConnectionTimer, type WaitPhase } from "./connection-timer.ts";
import type { Fault } from "./consultation.ts";
import { MilterProtocolError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Report } from "./reports.ts";
import type { MilterSession } from "./session.ts";
import type { MessageEnd, SessionPort } from "./session-port.ts";
import { COMMAND } from "./wire/codes.ts";
import { PacketSplitter } from "./wire/packet-splitter.ts";

export interface ConnectionParts {
  readonly id: number;
  readonly socket: Socket;
  readonly limits: Limits;
  /** False: body packets are answered, but their bytes are not kept. */
  readonly wantsBody: boolean;
  /** True: the body is handed over as it comes in, without regard to where its packets begin and end. */
  readonly bodyInPieces: boolean;
  readonly makeSession: (port: SessionPort) => MilterSession;
  readonly report: (report: Report) => void;
  readonly onMessageEnd: (end: MessageEnd) => void;
  readonly onClose: () => void;
}

/**
 * One MTA's socket: bytes to packets to the session, and its replies back, those of one burst in one write. While a
 * callback runs no further packet is taken, and after one more read nothing is read either.
 */
export class Connection implements SessionPort {
  readonly #parts: ConnectionParts;
  readonly #session: MilterSession;
  readonly #splitter: PacketSplitter;
  readonly #timer: ConnectionTimer;
  readonly #peer: string;
  #replies: Buffer[] = [];
  #isBusy = false;
  #isDraining = false;
  #isStopping = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { socket, limits } = parts;
    this.#splitter = new PacketSplitter({
      maxPacketBytes: limits.maxPacketBytes,
      isWanted: (code) => parts.wantsBody || code !== COMMAND.body,
      comesInPieces: (code) => parts.bodyInPieces && code === COMMAND.body,
    });
    this.#peer = socket.remoteAddress ?? "unix socket";
    this.#timer = new ConnectionTimer(limits, (phase) => {
      this.#timeOut(phase);
    });
    this.#session = parts.makeSession(this);
    this.#timer.await("negotiation");
    this.#attach(socket);
  }

  /** Ends at the next border between messages, which may be now. */
  stop(): void {
    this.#isStopping = true;
    this.#endWhereStopped();
  }

  destroy(): void {
    this.#parts.socket.destroy();
  }

  send(packet: Buffer): void {
    this.#replies.push(packet);
  }

  flush(): void {
    const { socket } = this.#parts;
    const [first] = this.#replies;
    if (first === undefined || !socket.writable) return;
    const burst = this.#replies.length === 1 ? first : Buffer.concat(this.#replies);
    this.#replies = [];
    this.#isDraining = !socket.write(burst);
    if (this.#isDraining) socket.pause();
  }

  onFault(fault: Fault): void {
    const { id: connection, report } = this.#parts;
    if (fault.kind === "handler-timeout") {
      report({ kind: fault.kind, connection, callback: fault.point });
    } else {
      report({ kind: fault.kind, connection, callback: fault.point, error: fault.error });
    }
  }

  onMessageEnd(end: MessageEnd): void {
    this.#parts.onMessageEnd(end);
  }

  #attach(socket: Socket): void {
    socket.on("data", (chunk: Buffer) => {
      this.#splitter.push(chunk);
      if (this.#isBusy) socket.pause();
      else this.#work();
    });
    socket.on("drain", () => {
      this.#isDraining = false;
      this.#readOn();
    });
    socket.on("end", () => {
      this.#session.close();
    });
    socket.on("error", (error) => {
      this.#reportLoss(error);
    });
    socket.on("close", () => {
      this.#timer.stop();
      this.#session.close();
      this.#parts.onClose();
    });
  }

  #reportLoss(error: Error): void {
    if (!this.#session.isInMessage) return;
    const { id: connection, report } = this.#parts;
    report({ kind: "connection-lost", connection, peer: this.#peer, error });
  }

  /** Gives the session every packet that is here, until it must wait for a callback. */
  #work(): void {
    try {
      for (let packet = this.#splitter.next(); packet; packet = this.#splitter.next()) {
        const work = this.#session.receive(packet);
        if (work !== undefined) {
          this.#waitFor(work);
          return;
        }
        if (this.#session.isOver) break;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#rest();
  }

  #waitFor(work: Promise<void>): void {
    this.#isBusy = true;
    this.#timer.await("idle");
    const goOn = () => {
      this.#isBusy = false;
      this.#work();
      this.#readOn();
    };
    work.then(goOn, (error: unknown) => {
      this.#fail(error);
    });
  }

  #readOn(): void {
    if (!this.#isBusy && !this.#isDraining) this.#parts.socket.resume();
  }

  /** All packets that are here are answered. */
  #rest(): void {
    this.flush();
    if (this.#session.isOver) {
      this.#end();
      return;
    }
    if (this.#session.hasNegotiated) {
      this.#timer.await(this.#splitter.isInsidePacket ? "packet" : "idle");
    }
    this.#endWhereStopped();
  }

  #endWhereStopped(): void {
    if (!this.#isStopping || this.#isBusy || this.#session.isInMessage) return;
    this.#session.close();
    this.#end();
  }

  /** Where nothing waits to be written, the half-close that destroySoon begins with is a round of the loop for nothing. */
  #end(): void {
    const { socket } = this.#parts;
    if (socket.writableLength === 0) socket.destroy();
    else socket.destroySoon();
  }

  #timeOut(phase: WaitPhase): void {
    const { id: connection, report } = this.#parts;
    report({ kind: "connection-timeout", connection, peer: this.#peer, phase });
    this.destroy();
  }

  /** Answers what came before the violation, and closes. */
  #fail(error: unknown): void {
    const { id: connection, report } = this.#parts;
    const known =
      error instanceof MilterProtocolError
        ? error
        : new MilterProtocolError("unexpected-packet", String(error), { cause: error });
    report({
      kind: "protocol-violation",
      connection,
      peer: this.#peer,
      violation: known.violation,
      detail: known.message,
    });
    this.#session.close();
    this.flush();
    this.#parts.socket.destroySoon();
  }
}
