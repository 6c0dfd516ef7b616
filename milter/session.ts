import { repliesFor } from "./answer-replies.ts";
import { Consultation, type Fault, type Work } from "./consultation.ts";
import { endsMessage, replyFor } from "./decision-reply.ts";
import { MilterProtocolError } from "./errors.ts";
import type { Answer, Decision } from "./filter.ts";
import { OwedReplies } from "./owed-replies.ts";
import type { MessageEnd, SessionParts } from "./session-port.ts";
import {
  type BodyEvent,
  type Command,
  decodeCommand,
  type EventName,
  type Events,
} from "./wire/commands.ts";
import { agree, encodeAgreement, type Offer } from "./wire/negotiation.ts";
import type { Packet } from "./wire/packet-splitter.ts";
import { encodeEdit, encodeFinal, type FinalReply, PROGRESS_PACKET } from "./wire/replies.ts";

/**
 * `between` messages, inside a `message`, or `decided`: the filter has already said what becomes of the message, and
 * hears nothing more of it. `over` is for good.
 */
type Phase = "new" | "between" | "message" | "decided" | "over";

type Steps = {
  readonly [K in Command["kind"]]: (command: Extract<Command, { kind: K }>) => Work;
};

function unanswered(step: () => void): () => undefined {
  return () => {
    step();
    return undefined;
  };
}

/**
 * One connection of an MTA, without its socket: what may follow what, what is owed an answer, and what of a message
 * or a client must not live on in the next one. Order is taken leniently, as libmilter's peers need it: a message
 * begins at MAIL, or at whatever comes without one, and ends with its answer, ABORT, HELO, MAIL or CONNECT.
 */
export class MilterSession {
  readonly #parts: SessionParts;
  readonly #steps: Steps;
  readonly #consultation: Consultation;
  #phase: Phase = "new";
  #owed: OwedReplies | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#consultation = this.#makeConsultation();
    const inMessage = (event: Events[EventName]) => {
      this.#enterMessage();
      return this.#event(event);
    };
    this.#steps = {
      negotiate: (command) => this.#negotiate(command.offer),
      macros: (command) => this.#recordMacros(command),
      connect: (event) => this.#connect(event),
      helo: (event) => this.#helo(event),
      mail: (event) => this.#mail(event),
      rcpt: inMessage,
      data: inMessage,
      header: inMessage,
      endOfHeaders: inMessage,
      body: inMessage,
      unknown: (event) => this.#event(event),
      endOfMessage: (command) => this.#endOfMessage(command.chunk),
      abort: unanswered(() => {
        this.#dropMessage();
      }),
      quit: unanswered(() => {
        this.close();
      }),
      quitNewConnection: unanswered(() => {
        this.#forgetClient();
      }),
    };
  }

  /** True while a message is under way, so that closing now would lose its answer. */
  get isInMessage(): boolean {
    return this.#phase === "message";
  }

  get hasNegotiated(): boolean {
    return this.#phase !== "new";
  }

  /** True after QUIT or close(). */
  get isOver(): boolean {
    return this.#phase === "over";
  }

  /**
   * Takes the next packet. Replies go to the port at once, or before the promise resolves. Throws MilterProtocolError
   * when the peer cannot be talked to.
   */
  receive(packet: Packet): Promise<void> | undefined {
    if (this.#phase === "over") return undefined;
    if (packet.more === true && this.#phase !== "new") return this.#bodyPiece(packet.payload);
    const command = decodeCommand(packet);
    if (this.#phase === "new" && command.kind !== "negotiate" && command.kind !== "quit") {
      throw new MilterProtocolError("not-negotiated", `${command.kind} came first`);
    }
    const step = this.#steps[command.kind] as (command: Command) => Work;
    return step(command);
  }

  /** The connection is gone: a running callback's answer is dropped, abort and close are called once. */
  close(): void {
    if (this.#phase === "over") return;
    this.#forgetClient();
    this.#phase = "over";
    this.#consultation.cancel();
  }

  #makeConsultation(): Consultation {
    const { limits, port } = this.#parts;
    return new Consultation({
      limits,
      onWait: () => {
        port.flush();
      },
      onProgress: () => {
        port.send(PROGRESS_PACKET);
        port.flush();
      },
      onFault: (fault) => this.#answerFault(fault),
    });
  }

  #negotiate(offer: Offer): Work {
    if (this.#owed !== undefined) {
      throw new MilterProtocolError("negotiated-twice", "OPTNEG after OPTNEG");
    }
    const { view, port, wishes, isHeard } = this.#parts;
    const agreement = agree(offer, wishes);
    view.grant(agreement.actions);
    this.#owed = new OwedReplies(agreement, port, isHeard);
    this.#phase = "between";
    port.send(encodeAgreement(agreement));
    return undefined;
  }

  #recordMacros({ of, definitions }: Extract<Command, { kind: "macros" }>): Work {
    this.#parts.view.macros.record(of, definitions);
    return undefined;
  }

  #connect(event: Events["connect"]): Work {
    this.#forgetClient();
    return this.#event(event);
  }

  /** After STARTTLS, and after a second EHLO, which resets the message: the ABORT comes only behind it. */
  #helo(event: Events["helo"]): Work {
    this.#dropMessage();
    return this.#event(event);
  }

  #mail(event: Events["mail"]): Work {
    this.#dropMessage();
    this.#phase = "message";
    return this.#event(event);
  }

  #forgetClient(): void {
    this.#dropMessage();
    this.#parts.calls.close();
    this.#parts.view.forgetConnection();
  }

  #enterMessage(): void {
    if (this.#phase === "between") this.#phase = "message";
  }

  /** Ends the present message, if there is one, without an answer to it as a whole. */
  #dropMessage(): void {
    if (this.#phase === "message") this.#leaveMessage("decided", "aborted");
    if (this.#phase === "decided") this.#phase = "between";
    this.#parts.view.forgetMessage();
  }

  #leaveMessage(phase: Phase, end: MessageEnd): void {
    this.#phase = phase;
    if (end !== "answered") this.#parts.calls.abort();
    this.#parts.port.onMessageEnd(end);
  }

  #event(event: Events[EventName]): Work {
    const { view, calls } = this.#parts;
    view.macros.commit();
    if (!this.#admit(event)) return this.#answerUnheard(event.kind);
    calls.watch(event);
    if (!calls.decides(event.kind)) return this.#answerUnheard(event.kind);
    return this.#consultation.ask(
      event.kind,
      () => calls.decide(event),
      (decision) => this.#conclude(event.kind, decision),
    );
  }

  /** The beginning of a body packet, for filters that only watch; its end comes as an event like any other. */
  #bodyPiece(chunk: Buffer): Work {
    this.#enterMessage();
    this.#parts.view.macros.commit();
    if (this.#phase === "message") this.#parts.calls.watch({ kind: "body", chunk });
    return undefined;
  }

  /** False for an event that is not for the filter. */
  #admit(event: Events[EventName]): boolean {
    if (this.#phase === "decided") return event.kind === "unknown";
    if (event.kind === "header") return this.#parts.view.admitHeader(event);
    return event.kind !== "rcpt" || this.#parts.view.admitRecipient();
  }

  #answerUnheard(name: EventName): Work {
    this.#owed?.sendUnheard(name);
    return undefined;
  }

  #conclude(point: EventName, decision: Decision): Work {
    const reply = replyFor(decision, { point, canSkip: this.#owed?.canSkip ?? false });
    if (this.#phase === "message" && endsMessage(decision, point)) {
      this.#leaveMessage("decided", "decided");
    }
    this.#owed?.send(point, reply);
    return undefined;
  }

  /** Postfix sends the end without body bytes; others may put the last chunk there. It is always answered. */
  #endOfMessage(chunk: Buffer): Work {
    this.#enterMessage();
    this.#parts.view.macros.commit();
    if (this.#phase === "decided") {
      this.#finish({ kind: "continue" });
      return undefined;
    }
    return chunk.length === 0 ? this.#askForAnswer() : this.#lastChunk({ kind: "body", chunk });
  }

  #lastChunk(event: BodyEvent): Work {
    const { calls } = this.#parts;
    calls.watch(event);
    if (!calls.decides("body")) return this.#askForAnswer();
    return this.#consultation.ask(
      "endOfMessage",
      () => calls.decide(event),
      (decision) => {
        const goesOn = decision.kind === "continue" || decision.kind === "skip";
        return goesOn ? this.#askForAnswer() : this.#answer({ decision });
      },
    );
  }

  #askForAnswer(): Work {
    return this.#consultation.ask(
      "endOfMessage",
      () => this.#parts.calls.endOfMessage(),
      (answer) => this.#answer(answer),
    );
  }

  #answer(answer: Answer): Work {
    const { view, port } = this.#parts;
    const { edits, final } = repliesFor(answer, {
      can: (action) => view.can(action),
      countOf: (name) => view.headerCount(name),
    });
    for (const edit of edits) port.send(encodeEdit(edit));
    this.#finish(final);
    return undefined;
  }

  #finish(final: FinalReply): void {
    this.#parts.port.send(encodeFinal(final));
    if (this.#phase === "message") this.#leaveMessage("between", "answered");
    this.#dropMessage();
  }

  /** The policy itself may not fit the place (discard at connect): then the mail goes on. */
  #answerFault(fault: Fault): Work {
    const { port, policy } = this.#parts;
    port.onFault(fault);
    const answer = (decision: Decision) =>
      fault.point === "endOfMessage"
        ? this.#answer({ decision })
        : this.#conclude(fault.point, decision);
    try {
      return answer(policy);
    } catch {
      return answer({ kind: "continue" });
    }
  }
}
