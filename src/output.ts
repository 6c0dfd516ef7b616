/** Characters gathered before they are written: one system call for many short lines. */
const CHUNK_CHARACTERS = 65_536;

function isBrokenPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EPIPE";
}

/** Writes to standard output; resolves when the text is on its way, so that a slow reader slows us down. */
export async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

/**
 * Gathers lines for standard output. `add` says when it is time to `await flush()`. A reader that goes away,
 * such as head(1), ends the output quietly: `isClosed` is true from then on.
 */
export class LineOutput {
  #pending: string[] = [];
  #characters = 0;
  #closed = false;

  get isClosed(): boolean {
    return this.#closed;
  }

  /** True when enough has gathered to be written. */
  get isFull(): boolean {
    return this.#characters >= CHUNK_CHARACTERS;
  }

  add(line: string): void {
    this.#pending.push(line, "\n");
    this.#characters += line.length + 1;
  }

  async flush(): Promise<void> {
    const text = this.#pending.join("");
    this.#pending = [];
    this.#characters = 0;
    if (text === "" || this.#closed) return;
    try {
      await writeOut(text);
    } catch (error) {
      if (!isBrokenPipe(error)) throw error;
      this.#closed = true;
    }
  }
}
