import { MilterAnswerError } from "./errors.ts";

/** Header names compare without case; white space before the colon is not part of the name (Postfix's is_header()). */
function key(name: string): string {
  return name.trimEnd().toLowerCase();
}

/**
 * How many headers of each name a message has. Either a fixed list of names is counted, in constant memory, or all
 * names up to a bound; past that bound no count is given, because it could be wrong.
 */
export class HeaderCounts {
  readonly #only: ReadonlySet<string> | undefined;
  readonly #maxNames: number;
  readonly #counts = new Map<string, number>();
  #isIncomplete = false;

  constructor(only: readonly string[] | undefined, maxNames: number) {
    this.#only = only && new Set(only.map(key));
    this.#maxNames = maxNames;
  }

  add(name: string): void {
    const counted = key(name);
    if (this.#only?.has(counted) === false) return;
    const count = this.#counts.get(counted) ?? 0;
    if (count === 0 && this.#counts.size >= this.#maxNames) this.#isIncomplete = true;
    else this.#counts.set(counted, count + 1);
  }

  /** Throws MilterAnswerError when the name is not counted. */
  of(name: string): number {
    const counted = key(name);
    if (this.#only?.has(counted) === false) {
      throw new MilterAnswerError(`${name} is not among the filter's countedHeaders`);
    }
    if (this.#isIncomplete) {
      throw new MilterAnswerError(`the message has more than ${this.#maxNames} header names`);
    }
    return this.#counts.get(counted) ?? 0;
  }

  clear(): void {
    this.#counts.clear();
    this.#isIncomplete = false;
  }
}
