import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("milter-process.mjs", import.meta.url));

/** Within this time the milter's own timers have ended every connection that a peer left hanging. */
const QUIET_DEADLINE_MS = 20_000;
const POLL_MS = 100;

/** The milter in its process, and what it holds. */
export class MilterChild {
  /** What net.connect() takes, for both of its sockets. */
  targets = [];
  #child;
  #folder;
  /** Rejects when the process ends before it was told to. */
  #ended;

  /** `leak`: bytes of each connection that it is to keep for ever. */
  static async start(leak) {
    const folder = await mkdtemp(join(tmpdir(), "milter-soak-"));
    const path = join(folder, "milter.sock");
    const program = fork(PROGRAM, [path, String(leak)], { execArgv: ["--expose-gc"] });
    const child = new MilterChild(folder, program);
    const { port } = await child.#message();
    child.targets = [{ port, host: "127.0.0.1" }, { path }];
    return child;
  }

  constructor(folder, child) {
    this.#folder = folder;
    this.#child = child;
    this.#ended = once(child, "exit").then(([code, signal]) => {
      throw new Error(`the milter ended with ${signal ?? code}`);
    });
    this.#ended.catch(() => undefined);
  }

  /** What it holds after a garbage collection. */
  async measure() {
    this.#child.send({});
    return this.#message();
  }

  /** The same once no connection is open any more, or when waiting has no end. */
  async measureQuiet() {
    const deadline = performance.now() + QUIET_DEADLINE_MS;
    for (;;) {
      const measured = await this.measure();
      const isQuiet = measured.openConnections === 0 && measured.contexts === 0;
      if (isQuiet || performance.now() > deadline) return measured;
      await pause(POLL_MS);
    }
  }

  async stop() {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended.catch(() => undefined);
    await rm(this.#folder, { recursive: true });
  }

  async #message() {
    const [message] = await Promise.race([once(this.#child, "message"), this.#ended]);
    return message;
  }
}
