/** Characters gathered before they are written: one system call for many short lines. */
const CHUNK_CHARACTERS = 65_536;

/** Writes to standard output; resolves when the text has been handed over. */
export async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

/**
 * Ends the process quietly when the reader of standard output has gone, as head(1) does after its lines. Other
 * faults of the output are thrown.
 */
export function endQuietlyWithoutReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

/**
 * Gathers lines for standard output. On Linux writes to files and pipes are synchronous in Node, so a slow reader
 * slows us down and nothing piles up.
 */
export class LineOutput {
  readonly #write: (text: string) => void;
  #pending: string[] = [];
  #characters = 0;

  constructor(write: (text: string) => void = (text) => process.stdout.write(text)) {
    this.#write = write;
  }

  add(line: string): void {
    this.#pending.push(line, "\n");
    this.#characters += line.length + 1;
    if (this.#characters >= CHUNK_CHARACTERS) this.flush();
  }

  flush(): void {
    const text = this.#pending.join("");
    this.#pending = [];
    this.#characters = 0;
    if (text !== "") this.#write(text);
  }
}
