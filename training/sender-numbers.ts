import { badTable, readCsvRows } from "./csv-rows.ts";

/** Gives each sender's name a number, the same one each time it comes. */
export class SenderNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #rows: number[] = [];

  add(name: string): void {
    const known = this.#numbers.get(name);
    const number = known ?? this.#numbers.size;
    if (known === undefined) this.#numbers.set(name, number);
    this.#rows.push(number);
  }

  get rows(): number {
    return this.#rows.length;
  }

  /** The number of the sender of each row. */
  values(): Uint32Array {
    return Uint32Array.from(this.#rows);
  }
}

/**
 * Reads the senders of a table's rows from a CSV file of their own: its last column, row for row.
 *
 * @param rows how many rows the table has
 * @throws TrainingError `bad-table` with file and line where a sender is missing or the rows are not as many
 */
export async function readSenders(path: string, rows: number): Promise<Uint32Array> {
  const senders = new SenderNumbers();
  for await (const { cells, line } of readCsvRows(path, () => undefined)) {
    const name = cells.at(-1) ?? "";
    if (name === "") throw badTable(`${path}:${line}`, "the row has no sender");
    senders.add(name);
  }
  if (senders.rows !== rows)
    throw badTable(path, `${senders.rows} senders for a table of ${rows} rows`);
  return senders.values();
}
