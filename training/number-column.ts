/** A column of a CSV table while its rows come in; NaN where the cell is empty. */
export class NumberColumn {
  readonly name: string;
  /** Where the first cell stands that is neither a number nor empty. */
  #firstText: { readonly line: number; readonly text: string } | undefined;
  #numbers = 0;
  #values = new Float64Array(1024);
  #length = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** True when some cell is a number. */
  get isNumeric(): boolean {
    return this.#numbers > 0;
  }

  get firstText(): { readonly line: number; readonly text: string } | undefined {
    return this.#firstText;
  }

  add(cell: string, line: number): void {
    const value = numberIn(cell);
    if (value !== undefined) this.#numbers += 1;
    else if (cell !== "") this.#firstText ??= { line, text: cell };
    this.#push(value ?? Number.NaN);
  }

  values(): Float64Array {
    return this.#values.slice(0, this.#length);
  }

  #push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A finite decimal number; `NaN`, `inf`, hexadecimal and what is too large for a double are none. */
function numberIn(cell: string): number | undefined {
  const value = DECIMAL.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
