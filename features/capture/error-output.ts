/** Longest line that is kept of a program's standard error. */
const MAX_LINE_CHARACTERS = 1_000;
/** Lines that are passed on of each minute; a program that complains of each frame must not fill the log. */
const LINES_A_MINUTE = 20;
const MINUTE_MILLISECONDS = 60_000;

/** Cuts a program's standard error into lines, however it arrives; blank ones are left out, long ones cut. */
export class ErrorLines {
  readonly #hear: (line: string) => void;
  #rest = "";

  constructor(hear: (line: string) => void) {
    this.#hear = hear;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n|\r/);
    this.#rest = (lines.pop() ?? "").slice(0, MAX_LINE_CHARACTERS);
    for (const line of lines) this.#tell(line);
  }

  /** The stream is at its end: what stands there is the last line. */
  end(): void {
    this.#tell(this.#rest);
    this.#rest = "";
  }

  #tell(line: string): void {
    const text = line.slice(0, MAX_LINE_CHARACTERS).trim();
    if (text !== "") this.#hear(text);
  }
}

/** Lets pass so many lines a minute, and tells how many it did not. */
export class LineLimit {
  #started = Number.NEGATIVE_INFINITY;
  #passed = 0;
  #leftOut = 0;

  /** What is to be told of `line`, which came at `now` milliseconds of a monotonic clock. */
  pass(line: string, now: number): readonly string[] {
    const told: string[] = [];
    if (now - this.#started > MINUTE_MILLISECONDS) {
      if (this.#leftOut > 0) told.push(`(${this.#leftOut} lines were left out)`);
      this.#started = now;
      this.#passed = 0;
      this.#leftOut = 0;
    }
    if (this.#passed < LINES_A_MINUTE) {
      this.#passed += 1;
      told.push(line);
    } else {
      this.#leftOut += 1;
    }
    return told;
  }
}
