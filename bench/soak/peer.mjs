import { connect } from "node:net";

/** Replies that end the wait for an answer; what else may come are edits and progress. */
const FINAL = new Set([..."cartdsfy4"]);

const HEAD_BYTES = 5;

/** An MTA's connection that sends any bytes and counts the final answers that come back. */
export class Peer {
  /** Resolves when the connection is gone. */
  closed;
  isClosed = false;
  #socket;
  #rest = Buffer.alloc(0);
  #answers = [];
  #wake = () => undefined;

  constructor(socket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      this.#take(chunk);
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  /** `target` is what net.connect() takes. Rejects when nobody listens. */
  static open(target) {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...target, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Peer(socket));
      });
    });
  }

  say(...parts) {
    this.#socket.write(Buffer.concat(parts));
  }

  /** The next answer's letter, or undefined when the connection ends before. */
  async answer() {
    while (this.#answers.length === 0 && !this.isClosed) {
      await new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#answers.shift();
  }

  /** `fin` says that no more comes, `reset` that this side has forgotten the connection. */
  leave(how) {
    if (how === "fin") this.#socket.end();
    else if (this.#socket.remoteAddress === undefined) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  destroy() {
    this.#socket.destroy();
  }

  #take(chunk) {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + HEAD_BYTES <= bytes.length) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) break;
      const letter = String.fromCharCode(bytes[at + 4]);
      if (letter === "O") this.#answers.push(readFlags(bytes.subarray(at + HEAD_BYTES)));
      else if (FINAL.has(letter)) this.#answers.push(letter);
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }
}

/** The protocol flags of the milter's OPTNEG, as text like the other answers. */
function readFlags(payload) {
  return `O ${payload.readUInt32BE(8)}`;
}
