const WIDTH = 30;
/** No faster than the eye can follow. */
const INTERVAL_MILLISECONDS = 100;

export interface Terminal {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

/** How much of what is known to come has come, on one line of a terminal; nothing where that is none. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #now: () => number;
  #done = 0;
  #shownAt = -Infinity;

  constructor(total: number, terminal: Terminal = process.stderr, now = () => performance.now()) {
    this.#terminal = terminal;
    this.#total = total;
    this.#now = now;
  }

  add(amount: number): void {
    this.#done += amount;
    if (this.#terminal.isTTY !== true || this.#total === 0) return;
    if (this.#now() - this.#shownAt < INTERVAL_MILLISECONDS) return;
    this.#shownAt = this.#now();
    this.#terminal.write(`\r${barText(Math.min(1, this.#done / this.#total))}`);
  }

  /** Takes the bar off the line, so that something else can be written there. */
  clear(): void {
    if (this.#shownAt !== -Infinity) this.#terminal.write("\r\u001B[K");
    this.#shownAt = -Infinity;
  }
}

function barText(share: number): string {
  const full = Math.floor(share * WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${"#".repeat(full)}${" ".repeat(WIDTH - full)}] ${percent} %`;
}
