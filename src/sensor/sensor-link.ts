import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import {
  BackOff,
  BARRIER_BOUND_MILLISECONDS,
  type Endpoint,
  type Observation,
} from "../../features/index.ts";
import { formatListenSpec, type ListenSpec } from "../../milter/index.ts";
import type { Log } from "../log.ts";
import { LineSplitter } from "./line-splitter.ts";
import { LogLimit } from "./log-limit.ts";
import { GREETING_MILLISECONDS, MAX_ANSWER_BYTES, type SensorState } from "./protocol.ts";
import { SensorDialogue } from "./sensor-dialogue.ts";

/** What the way there and back may add to the barrier, which the sensor runs. */
const NETWORK_MILLISECONDS = 50;
export const LOOK_UP_MILLISECONDS = BARRIER_BOUND_MILLISECONDS + NETWORK_MILLISECONDS;
/** How often the sensor is asked for its state, which also shows that it is there; and how long it may take for that. */
const STATE_INTERVAL_MILLISECONDS = 5_000;
const STATE_MILLISECONDS = 2_000;

export interface SensorLinkOptions {
  readonly spec: ListenSpec;
  readonly secret: string;
  /** Certificates by which a sensor is known over TLS; without them TCP is plain. */
  readonly authority: string | undefined;
  readonly log: Log;
}

export interface SensorLinkCounts {
  readonly lookUps: number;
  /** Look-ups that got no answer: the sensor was not there, too slow or too busy. */
  readonly unanswered: number;
}

/** The way to one sensor: connects, asks, and connects again with growing delays for as long as it is not closed. */
export class SensorLink {
  readonly name: string;
  readonly #options: SensorLinkOptions;
  readonly #backOff = new BackOff();
  readonly #losses = new LogLimit();
  #socket: Socket | undefined;
  #dialogue: SensorDialogue | undefined;
  #timer: NodeJS.Timeout | undefined;
  #state: SensorState | undefined;
  #isClosed = false;
  #lookUps = 0;
  #unanswered = 0;

  constructor(options: SensorLinkOptions) {
    this.name = formatListenSpec(options.spec);
    this.#options = options;
  }

  /** Connects, or tries to; resolves when the first attempt has come to an end, whichever. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#connect(resolve);
    });
  }

  /** What the sensor told of itself last; undefined while it is not there. */
  get state(): SensorState | undefined {
    return this.#state;
  }

  get counts(): SensorLinkCounts {
    return { lookUps: this.#lookUps, unanswered: this.#unanswered };
  }

  /** Never rejects; "no-flow" where the sensor is not there or does not answer in time. */
  async observe(client: Endpoint, server?: Endpoint): Promise<Observation> {
    this.#lookUps += 1;
    const observation = await this.#dialogue?.observe(LOOK_UP_MILLISECONDS, client, server);
    if (observation === undefined) this.#unanswered += 1;
    return observation ?? { kind: "no-flow" };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#dialogue?.end();
    return Promise.resolve();
  }

  #connect(tried: () => void): void {
    const socket = openSocket(this.#options);
    const dialogue = new SensorDialogue(this.#options.secret, (line) => {
      socket.write(line);
    });
    let reason = "it closed the connection";
    this.#socket = socket;
    this.#dialogue = dialogue;
    this.#timer = setTimeout(() => {
      reason = "it did not greet in time";
      socket.destroy();
    }, GREETING_MILLISECONDS);
    const lines = new LineSplitter(MAX_ANSWER_BYTES);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      try {
        const wasReady = dialogue.isReady;
        for (const line of lines.push(chunk)) dialogue.take(line);
        if (dialogue.isReady && !wasReady) this.#ready(dialogue, tried);
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        socket.destroy();
      }
    });
    socket.on("error", (error) => {
      reason = error.message;
    });
    socket.on("close", () => {
      dialogue.end();
      this.#lost(reason);
      tried();
    });
  }

  #ready(dialogue: SensorDialogue, tried: () => void): void {
    clearTimeout(this.#timer);
    this.#options.log.info("sensor-connected", { sensor: this.name });
    void this.#watch(dialogue).then(tried);
  }

  /** Asks for the state again and again; a sensor that does not tell it is taken for lost. */
  async #watch(dialogue: SensorDialogue): Promise<void> {
    const state = await dialogue.state(STATE_MILLISECONDS);
    if (dialogue !== this.#dialogue || !dialogue.isReady) return;
    if (state === undefined) {
      this.#socket?.destroy(new Error("it does not answer"));
      return;
    }
    this.#state = state;
    this.#timer = setTimeout(() => void this.#watch(dialogue), STATE_INTERVAL_MILLISECONDS);
  }

  #lost(reason: string): void {
    clearTimeout(this.#timer);
    this.#state = undefined;
    if (this.#isClosed) return;
    const now = performance.now();
    const suppressed = this.#losses.pass(now);
    if (suppressed !== undefined) {
      const before = suppressed > 0 ? suppressed : undefined;
      this.#options.log.warn("sensor-lost", { sensor: this.name, reason, suppressed: before });
    }
    this.#timer = setTimeout(() => {
      this.#connect(() => undefined);
    }, this.#backOff.next(now));
  }
}

function openSocket({ spec, authority }: SensorLinkOptions): Socket {
  if (spec.kind === "unix") return connectTcp({ path: spec.path });
  if (spec.kind === "descriptor") throw new TypeError("a sensor is not found on a descriptor");
  const { host, port } = spec;
  if (authority === undefined) return connectTcp({ host, port });
  // A name that is an address may not be sent as a server name (RFC 6066 §3); the certificate is checked against it all the same.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port, ca: authority, minVersion: "TLSv1.2", ...servername });
}
