/** Tells on standard error what the demo is doing. */

/** Where it is written; process.stderr has it all. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Counts that are no terminal's are told in this many parts. */
const PARTS = 4;

export class Progress {
  readonly #output: ProgressOutput;
  #hasOpenLine = false;
  #partTold = 0;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** A line of its own. */
  say(line: string): void {
    this.#output.write(`${this.#hasOpenLine ? "\n" : ""}${line}\n`);
    this.#hasOpenLine = false;
    this.#partTold = 0;
  }

  /** How much is done: on a terminal in place, elsewhere a line at each quarter. */
  count(what: string, done: number, total: number): void {
    if (this.#output.isTTY === true) {
      this.#output.write(`\r  ${what}: ${done} of ${total}`);
      this.#hasOpenLine = true;
      return;
    }
    const part = total === 0 ? PARTS : Math.floor((PARTS * done) / total);
    if (part <= this.#partTold) return;
    this.#partTold = part;
    this.#output.write(`  ${what}: ${done} of ${total}\n`);
  }
}
