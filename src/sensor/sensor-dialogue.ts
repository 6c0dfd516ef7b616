import { randomBytes } from "node:crypto";
import type { Endpoint, Observation } from "../../features/index.ts";
import {
  lineOf,
  PROTOCOL_VERSION,
  readAnswer,
  readGreeting,
  readWelcome,
  RECORD_SHAPE,
  SensorProtocolError,
  type Answer,
  type Question,
  type SensorState,
} from "./protocol.ts";
import { isSameProof, proofOf, type Nonces } from "./secret.ts";

const NONCE_BYTES = 32;
/** Questions that may be open at a time; whoever asks more gets no answer. */
const MAX_OPEN_QUESTIONS = 10_000;

type Waiting = (answer: Answer | undefined) => void;
/** A question without the number that is given to it here. */
type Asked = { readonly [ask in Question["ask"]]: Omit<Extract<Question, { ask: ask }>, "id"> };

/** The client's side of one connection to a sensor, without the socket: lines in, lines out. */
export class SensorDialogue {
  readonly #secret: string;
  readonly #write: (line: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #take: (line: string) => void = (line) => {
    this.#greeted(line);
  };
  #isReady = false;
  #lastId = 0;

  constructor(secret: string, write: (line: string) => void) {
    this.#secret = secret;
    this.#write = write;
  }

  /** Whether both sides have shown that they know the secret. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Takes a line of the sensor. Throws SensorProtocolError where that ends the connection. */
  take(line: string): void {
    this.#take(line);
  }

  /** Undefined where no answer comes within `milliseconds`, or none of use. */
  async observe(
    milliseconds: number,
    client: Endpoint,
    server?: Endpoint,
  ): Promise<Observation | undefined> {
    const question = { ask: "flow", client, ...(server === undefined ? {} : { server }) } as const;
    const answer = await this.#ask(question, milliseconds);
    if (answer === undefined || answer.kind === "state" || answer.kind === "busy") return undefined;
    if (answer.kind === "partial") return { kind: "partial", record: answer.record };
    return answer.kind === "flow" ? { kind: "flow", record: answer.record } : { kind: "no-flow" };
  }

  async state(milliseconds: number): Promise<SensorState | undefined> {
    const answer = await this.#ask({ ask: "state" }, milliseconds);
    if (answer?.kind !== "state") return undefined;
    const { source, packets, dropped, flows } = answer;
    return { source, packets, dropped, flows };
  }

  /** The connection is gone: whoever waits gets no answer. */
  end(): void {
    this.#isReady = false;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined);
  }

  #greeted(line: string): void {
    const { version, record, nonce: sensor } = readGreeting(line);
    if (version !== PROTOCOL_VERSION || record !== RECORD_SHAPE) {
      const theirs = `protocol ${version}, records ${record}`;
      const ours = `protocol ${PROTOCOL_VERSION}, records ${RECORD_SHAPE}`;
      throw new SensorProtocolError(`another version of SpamFlow (${theirs}; here ${ours})`);
    }
    const nonces = { sensor, client: randomBytes(NONCE_BYTES).toString("hex") };
    const proof = proofOf(this.#secret, "client", nonces);
    this.#write(lineOf({ version: PROTOCOL_VERSION, nonce: nonces.client, proof }));
    this.#take = (next) => {
      this.#welcomed(next, nonces);
    };
  }

  #welcomed(line: string, nonces: Nonces): void {
    const said = readWelcome(line);
    if ("refused" in said) throw new SensorProtocolError(`it refuses us: ${said.refused}`);
    if (!isSameProof(said.proof, proofOf(this.#secret, "sensor", nonces))) {
      throw new SensorProtocolError("it does not know the secret");
    }
    this.#isReady = true;
    this.#take = (next) => {
      const answer = readAnswer(next);
      this.#settle(answer.id, answer);
    };
  }

  #ask(question: Asked[keyof Asked], milliseconds: number): Promise<Answer | undefined> {
    if (!this.#isReady || this.#waiting.size >= MAX_OPEN_QUESTIONS) {
      return Promise.resolve(undefined);
    }
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      // Behind a turn of the event loop, since timers go before what has come meanwhile.
      const timer = setTimeout(() => {
        setImmediate(() => {
          this.#settle(id, undefined);
        });
      }, milliseconds);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#write(lineOf({ id, ...question }));
    });
  }

  /** An answer that came too late finds nobody waiting. */
  #settle(id: number, answer: Answer | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.(answer);
  }
}
