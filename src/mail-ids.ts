import { randomFillSync } from "node:crypto";

/** 12 hex digits: among a million mails two share an id with a chance of 1 in 560. */
const ID_BYTES = 6;
/** Bytes that are drawn at once, as each call of the generator costs as much as the rest of an id. */
const POOL_BYTES = 512 * ID_BYTES;

/** Makes ids of mails that nobody can guess: 12 lower-case hex digits each. */
export class MailIds {
  readonly #pool: Buffer;
  readonly #fill: (pool: Buffer) => void;
  #used: number;

  constructor(fill: (pool: Buffer) => void = randomFillSync) {
    this.#pool = Buffer.alloc(POOL_BYTES);
    this.#fill = fill;
    this.#used = POOL_BYTES;
  }

  next(): string {
    if (this.#used >= POOL_BYTES) {
      this.#fill(this.#pool);
      this.#used = 0;
    }
    const id = this.#pool.toString("hex", this.#used, this.#used + ID_BYTES);
    this.#used += ID_BYTES;
    return id;
  }
}
