import type { Limits } from "./limits.ts";

/** What a connection is waited for. */
export type WaitPhase = "negotiation" | "packet" | "idle";

type TimerLimits = Pick<Limits, "idleTimeoutMs" | "negotiationTimeoutMs" | "packetTimeoutMs">;

/**
 * The one timer of a connection. Waiting for the negotiation or for the rest of a packet has a fixed end, so that
 * single bytes do not prolong it; idleness begins anew with every packet.
 */
export class ConnectionTimer {
  readonly #durations: Readonly<Record<WaitPhase, number>>;
  readonly #onTimeout: (phase: WaitPhase) => void;
  #phase: WaitPhase | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: TimerLimits, onTimeout: (phase: WaitPhase) => void) {
    this.#durations = {
      negotiation: limits.negotiationTimeoutMs,
      packet: limits.packetTimeoutMs,
      idle: limits.idleTimeoutMs,
    };
    this.#onTimeout = onTimeout;
  }

  await(phase: WaitPhase): void {
    if (phase !== this.#phase) this.#start(phase);
    else if (phase === "idle") this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#phase = undefined;
  }

  #start(phase: WaitPhase): void {
    clearTimeout(this.#timer);
    this.#phase = phase;
    this.#timer = setTimeout(() => {
      this.#phase = undefined;
      this.#onTimeout(phase);
    }, this.#durations[phase]);
    this.#timer.unref();
  }
}
