import type { FlowObserver } from "../../features/index.ts";
import {
  lineOf,
  PROTOCOL_VERSION,
  readHello,
  readQuestion,
  RECORD_SHAPE,
  SensorProtocolError,
  type Answer,
  type Question,
  type SensorState,
} from "./protocol.ts";
import { isSameProof, proofOf } from "./secret.ts";

/** Questions of one client that may be open at a time; more are answered "busy". */
export const MAX_OPEN_QUESTIONS = 1_000;

export interface SensorSessionParts {
  readonly flows: FlowObserver;
  readonly state: () => SensorState;
  readonly secret: string;
  /** Drawn anew for each session: 64 hexadecimal digits. */
  readonly nonce: string;
  readonly write: (line: string) => void;
}

/** The sensor's side of one connection, without the socket: lines in, lines out. */
export class SensorSession {
  readonly #parts: SensorSessionParts;
  #isWelcome = false;
  #open = 0;

  /** Greets. */
  constructor(parts: SensorSessionParts) {
    this.#parts = parts;
    parts.write(
      lineOf({
        sensor: "spamflow",
        version: PROTOCOL_VERSION,
        record: RECORD_SHAPE,
        nonce: parts.nonce,
      }),
    );
  }

  /** Whether the client has shown that it knows the secret. */
  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  /** Takes a line of the client. Throws SensorProtocolError where that ends the session. */
  take(line: string): void {
    if (this.#isWelcome) this.#answer(readQuestion(line));
    else this.#welcome(line);
  }

  #welcome(line: string): void {
    const { secret, nonce, write } = this.#parts;
    const { version, nonce: clientNonce, proof } = readHello(line);
    const nonces = { sensor: nonce, client: clientNonce };
    if (version !== PROTOCOL_VERSION) {
      this.#refuse(`version ${version} is not spoken here, ${PROTOCOL_VERSION} is`);
    }
    if (!isSameProof(proof, proofOf(secret, "client", nonces))) {
      this.#refuse("the secret is another one");
    }
    this.#isWelcome = true;
    write(lineOf({ proof: proofOf(secret, "sensor", nonces) }));
  }

  #refuse(reason: string): never {
    this.#parts.write(lineOf({ refused: reason }));
    throw new SensorProtocolError(reason);
  }

  #answer(question: Question): void {
    const { id } = question;
    if (question.ask === "state") {
      this.#say({ id, kind: "state", ...this.#parts.state() });
    } else if (this.#open >= MAX_OPEN_QUESTIONS) {
      this.#say({ id, kind: "busy" });
    } else {
      void this.#lookUp(question);
    }
  }

  async #lookUp({ id, client, server }: Extract<Question, { ask: "flow" }>): Promise<void> {
    this.#open += 1;
    const observation = await this.#parts.flows.observe(client, server);
    this.#open -= 1;
    this.#say({ id, ...observation });
  }

  #say(answer: Answer): void {
    this.#parts.write(lineOf(answer));
  }
}
