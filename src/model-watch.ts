import { unwatchFile, watchFile, type Stats } from "node:fs";
import type { Model } from "../training/index.ts";
import type { Log } from "./log.ts";

/** How often the model file is looked at. */
const POLL_MILLISECONDS = 1000;

export interface ModelWatchParts {
  readonly path: string;
  /** Rejects where the file is damaged or does not fit; resolves to undefined where there is none. */
  readonly load: (path: string) => Promise<Model | undefined>;
  readonly log: Log;
}

/**
 * Keeps the model of a file that may be replaced at any time: a mail sees the old model or the new one, never
 * half of each. A file that cannot be loaded leaves the present model in force.
 */
export class ModelWatch {
  readonly #parts: ModelWatchParts;
  #current: Model | undefined;

  private constructor(parts: ModelWatchParts, first: Model | undefined) {
    this.#parts = parts;
    this.#current = first;
  }

  /** Loads the model for the first time; rejects where the file is there but no model. */
  static async start(parts: ModelWatchParts): Promise<ModelWatch> {
    const watch = new ModelWatch(parts, await parts.load(parts.path));
    watch.#tell();
    watchFile(parts.path, { interval: POLL_MILLISECONDS, persistent: false }, watch.#onChange);
    return watch;
  }

  get current(): Model | undefined {
    return this.#current;
  }

  /** Loads the file anew; a fault is logged and changes nothing. */
  async reload(): Promise<void> {
    const { path, load, log } = this.#parts;
    try {
      const next = await load(path);
      if (next === undefined && this.#current !== undefined) {
        log.warn("model-gone", { path, kept: this.#current.name });
        return;
      }
      this.#current = next;
      this.#tell();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error("model-refused", { reason, kept: this.#current?.name ?? "none" });
    }
  }

  stop(): void {
    unwatchFile(this.#parts.path, this.#onChange);
  }

  readonly #onChange = (now: Stats, before: Stats): void => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) void this.reload();
  };

  #tell(): void {
    const { path, log } = this.#parts;
    if (this.#current === undefined) log.info("no-model", { path, reason: "warming-up" });
    else log.info("model-loaded", { path, model: this.#current.name });
  }
}
