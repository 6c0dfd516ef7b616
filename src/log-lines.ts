/** How long a line may wait for others: too short to be noticed by who reads along, long enough for a burst of mails. */
const GATHER_MILLISECONDS = 10;
/** So many characters are written at once without waiting: what a pipe takes in one piece (pipe(7)). */
const FULL_CHARACTERS = 65_536;

/**
 * Gathers log lines, because each write is a system call in which the whole daemon stands still: one for each mail
 * costs more than the rest of its answer. Whoever uses it flushes when the process ends.
 */
export class LogLines {
  readonly #write: (text: string) => void;
  #gathered = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(line: string): void {
    this.#gathered += line;
    if (this.#gathered.length >= FULL_CHARACTERS) this.flush();
    else
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, GATHER_MILLISECONDS);
  }

  /** Writes what is gathered now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#gathered;
    this.#gathered = "";
    if (text !== "") this.#write(text);
  }
}
