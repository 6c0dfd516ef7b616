/**
 * The process that captures with the `cap` package; CapSource starts it, one for each interface. `cap` ends its process
 * when a link goes down and may crash when it opens twice, so this one opens once and holds nothing else. It must start
 * no process of its own: a child would inherit the packet socket.
 */
import { Socket } from "node:net";

import { BatchEncoder } from "./cap-stream.ts";
import {
  FRAME_STREAM_DESCRIPTOR,
  faultOfMessage,
  linkTypeNumber,
  type BarrierRequest,
  type CapChildMessage,
  type CapChildOptions,
} from "./cap-messages.ts";
import { PERMISSION_HINT } from "./packet-source.ts";

/** `cap` asks for whole frames whatever buffer it is given; this one holds the largest that it copies. */
const FRAME_BUFFER_BYTES = 65_535;
/** Most bytes that wait for a parent that does not read; frames beyond are thrown away and counted. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/**
 * How long a barrier lets the loop run before it answers. The kernel does not call a ring readable while its newest
 * frame is being filled, so one look at it can miss older frames; a timer's turn later it does not.
 */
const BARRIER_TIMER_MILLISECONDS = 1;

function tell(message: CapChildMessage): void {
  process.send?.(message);
}

/** Passes frames and tickets on to the parent, a batch at a turn of the event loop. */
class FrameStream {
  readonly #socket = new Socket({ fd: FRAME_STREAM_DESCRIPTOR, readable: false, writable: true });
  readonly #encoder = new BatchEncoder();
  readonly #linkType: number;
  readonly #snapLength: number;
  #flushing = false;
  #lost = 0;

  constructor(linkType: number, snapLength: number) {
    this.#linkType = linkType;
    this.#snapLength = snapLength;
    this.#socket.on("error", () => process.exit(0));
  }

  add(milliseconds: number, bytes: Buffer, copiedBytes: number): void {
    if (this.#socket.writableLength > MAX_WAITING_BYTES) {
      this.#lost += 1;
      return;
    }
    if (this.#encoder.isFull) this.#socket.write(this.#encoder.take());
    const seconds = Math.floor(milliseconds / 1000);
    this.#encoder.add({
      seconds,
      nanoseconds: Math.floor((milliseconds - seconds * 1000) * 1e6),
      bytes,
      offset: 0,
      capturedLength: Math.min(copiedBytes, this.#snapLength),
      originalLength: copiedBytes,
      linkType: this.#linkType,
    });
    this.#flushSoon();
  }

  answer(ticket: number): void {
    this.#tellLoss();
    this.#socket.write(this.#encoder.take(ticket));
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (!this.#encoder.isEmpty) this.#socket.write(this.#encoder.take());
      this.#tellLoss();
    });
  }

  #tellLoss(): void {
    if (this.#lost > 0) tell({ kind: "overflow", frames: this.#lost });
    this.#lost = 0;
  }
}

async function capture(options: CapChildOptions): Promise<void> {
  const { default: addon } = await import("cap");
  const cap = new addon.Cap();
  const buffer = Buffer.alloc(FRAME_BUFFER_BYTES);
  const name = cap.open(options.interfaceName, options.filter, options.ringBytes, buffer);
  const linkType = linkTypeNumber(name);
  if (linkType === undefined) throw new Error(`link type ${name}`);
  const stream = new FrameStream(linkType, options.snapLength);
  cap.on("packet", (copiedBytes) => {
    // The stamp comes first: all that runs before it would be part of its error.
    const milliseconds = performance.timeOrigin + performance.now();
    stream.add(milliseconds, buffer, copiedBytes);
  });
  process.on("message", (request: BarrierRequest) => {
    setTimeout(() => {
      setImmediate(() => {
        stream.answer(request.ticket);
      });
    }, BARRIER_TIMER_MILLISECONDS);
  });
  tell({ kind: "opened", linkType });
}

/** The text of what went wrong; an addon that was never built is told as such. */
function failure(error: unknown): CapChildMessage {
  const message = error instanceof Error ? error.message : String(error);
  if (!/cannot find (module|package)/i.test(message)) {
    const fault = faultOfMessage(message);
    const hint = fault === "not-permitted" ? `; ${PERMISSION_HINT}` : "";
    return { kind: "failed", fault, message: message + hint };
  }
  const hint =
    "the cap addon is not built (that takes a C++ compiler, python3 and libpcap's headers)";
  return { kind: "failed", fault: "not-available", message: hint };
}

// The parent ends this process, also by its own death; a signal to the whole group must not end it before the last mail.
process.on("disconnect", () => process.exit(0));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
capture(JSON.parse(process.argv[2] ?? "{}") as CapChildOptions).catch((error: unknown) => {
  tell(failure(error));
});
