/** A column of a CSV table while its rows come in; NaN where the cell is empty. */
export class NumberColumn {
  readonly name: string;
  /** Where the first cell stands that is neither a number nor empty. */
  #firstText: { readonly line: number; readonly text: string } | undefined;
  #numeric = false;
  #values = new Float64Array(1024);
  #length = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** True when some cell is a number, or one that is not finite: nobody writes `NaN` into a column of text. */
  get isNumeric(): boolean {
    return this.#numeric;
  }

  /** True when all cells are the same: such a column tells nothing. */
  get isConstant(): boolean {
    for (let row = 1; row < this.#length; row += 1) {
      if (!Object.is(this.#values[row], this.#values[0])) return false;
    }
    return true;
  }

  get firstText(): { readonly line: number; readonly text: string } | undefined {
    return this.#firstText;
  }

  add(cell: string, line: number): void {
    const value = numberIn(cell);
    if (value !== undefined) this.#numeric = true;
    else if (cell !== "") this.#addText(cell, line);
    this.#push(value ?? Number.NaN);
  }

  #addText(text: string, line: number): void {
    this.#firstText ??= { line, text };
    if (NOT_FINITE.test(text) || DECIMAL.test(text)) this.#numeric = true;
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

const NOT_FINITE = /^[+-]?(?:nan|inf(?:inity)?)$/i;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A finite decimal number; `NaN`, `inf`, hexadecimal and what is too large for a double are none. */
function numberIn(cell: string): number | undefined {
  const value = DECIMAL.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
