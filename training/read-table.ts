import { badTable, type CsvHeader, type CsvRow, readCsvRows } from "./csv-rows.ts";
import { NumberColumn } from "./number-column.ts";
import { readSenders, SenderNumbers } from "./sender-numbers.ts";
import type { Columns, Table } from "./table.ts";

/** Most cells that are kept of a table: 400 MB, or a million rows of fifty features. */
export const MAX_TABLE_CELLS = 50_000_000;

/** Most rows of a table; a site with 100,000 mails a day has as many in seven weeks. */
export const MAX_TABLE_ROWS = 5_000_000;

/** A table to learn from, and the columns that were left out of it. */
export interface LabelledTable {
  readonly table: Table;
  /** Columns of text. */
  readonly ignored: readonly string[];
  /** Columns that are the same in every row. */
  readonly constant: readonly string[];
}

export interface TableColumns {
  /** The column of labels. */
  readonly label: string;
  /** The column that names the sender of a row; it is no feature. */
  readonly sender?: string | undefined;
  /** A file with the senders instead (`readSenders`). */
  readonly senderFile?: string | undefined;
}

const LABELS: ReadonlyMap<string, number> = new Map([
  ["1", 1],
  ["0", 0],
  ["spam", 1],
  ["ham", 0],
]);

/**
 * Reads a CSV table with a header and a column of labels (1 or `spam`, 0 or `ham`). Every other column with
 * numbers is a feature, an empty cell a missing value; a column that has text alone, or is the same in every row,
 * is left out. The rows are taken to stand in the order of time.
 *
 * @throws TrainingError `bad-table` with file, line and column
 */
export async function readTable(path: string, columns: TableColumns): Promise<LabelledTable> {
  const reader = new RowReader(path, columns);
  const read = await readNumbers(path, reader);
  const rows = reader.labels.length;
  if (rows === 0) throw badTable(path, "the table has no rows");
  const numeric = read.columns.filter((column) => column.isNumeric);
  const varying = numeric.filter((column) => !column.isConstant);
  if (varying.length === 0)
    throw badTable(path, `no column beside "${columns.label}" has numbers that differ`);
  return {
    table: {
      ...columnsOf(varying, rows),
      labels: Uint8Array.from(reader.labels),
      times: Float64Array.from(reader.labels, (_, row) => row),
      ...(await sendersOf(reader, columns)),
    },
    ignored: read.columns.filter(({ firstText, isNumeric }) => firstText && !isNumeric).map(nameOf),
    constant: numeric.filter((column) => column.isConstant).map(nameOf),
  };
}

/** Takes the label and the sender of each row. */
class RowReader implements NumberReading {
  readonly labels: number[] = [];
  readonly senders = new SenderNumbers();
  readonly #path: string;
  readonly #columns: TableColumns;
  #labelIndex = -1;
  #senderIndex = -1;

  constructor(path: string, columns: TableColumns) {
    this.#path = path;
    this.#columns = columns;
  }

  wanted(name: string): boolean {
    return name !== this.#columns.label && name !== this.#columns.sender;
  }

  header({ names }: CsvHeader): void {
    const { label, sender } = this.#columns;
    this.#labelIndex = indexOf(names, label, this.#path);
    if (sender !== undefined) this.#senderIndex = indexOf(names, sender, this.#path);
  }

  row({ cells, line }: CsvRow): void {
    const place = `${this.#path}:${line}`;
    this.labels.push(labelOf(cells[this.#labelIndex] ?? "", `${place}:${this.#labelIndex + 1}`));
    if (this.#senderIndex < 0) return;
    const sender = cells[this.#senderIndex] ?? "";
    if (sender === "") throw badTable(`${place}:${this.#senderIndex + 1}`, "the row has no sender");
    this.senders.add(sender);
  }
}

function indexOf(names: readonly string[], name: string, path: string): number {
  const index = names.indexOf(name);
  if (index < 0) throw badTable(`${path}:1`, `no column is named "${name}"`);
  return index;
}

async function sendersOf(
  reader: RowReader,
  { sender, senderFile }: TableColumns,
): Promise<Pick<Table, "groups">> {
  if (sender !== undefined) return { groups: reader.senders.values() };
  if (senderFile === undefined) return {};
  return { groups: await readSenders(senderFile, reader.labels.length) };
}

/**
 * Reads the named columns of a CSV table, to judge its rows in their order; a name that the table lacks is left
 * out, and the columns that are not named may hold anything.
 *
 * @throws TrainingError `bad-table` with file, line and column, also when the table has none of the columns
 */
export async function readColumns(path: string, names: readonly string[]): Promise<Columns> {
  let rows = 0;
  const read = await readNumbers(path, {
    wanted: (name) => names.includes(name),
    header: (header) => {
      if (names.length > 0 && !header.names.some((name) => names.includes(name)))
        throw badTable(
          `${path}:1`,
          `none of the columns is a feature of the model (${names[0]} …)`,
        );
    },
    row: () => {
      rows += 1;
    },
  });
  const text = read.columns.find(({ firstText }) => firstText !== undefined);
  if (text !== undefined) throw notANumber(read.header, text);
  return columnsOf(read.columns, rows);
}

interface NumberReading {
  wanted(name: string): boolean;
  header(header: CsvHeader): void;
  row(row: CsvRow): void;
}

interface NumbersRead {
  readonly header: CsvHeader;
  readonly columns: readonly NumberColumn[];
}

/** Reads the wanted columns; text among the numbers of a column is refused. */
async function readNumbers(path: string, reading: NumberReading): Promise<NumbersRead> {
  let header: CsvHeader = { names: [], path };
  let columns: readonly (NumberColumn | undefined)[] = [];
  let [cells, count] = [0, 0];
  const rows = readCsvRows(path, (found) => {
    header = found;
    reading.header(found);
    columns = found.names.map((name) =>
      reading.wanted(name) ? new NumberColumn(name) : undefined,
    );
  });
  for await (const row of rows) {
    cells += row.cells.length;
    count += 1;
    if (cells > MAX_TABLE_CELLS)
      throw badTable(`${path}:${row.line}`, `more than ${MAX_TABLE_CELLS} cells`);
    if (count > MAX_TABLE_ROWS)
      throw badTable(`${path}:${row.line}`, `more than ${MAX_TABLE_ROWS} rows`);
    reading.row(row);
    columns.forEach((column, index) => column?.add(row.cells[index] ?? "", row.line));
  }
  const kept = columns.filter((column) => column !== undefined);
  const mixed = kept.find(({ isNumeric, firstText }) => isNumeric && firstText !== undefined);
  if (mixed !== undefined) throw notANumber(header, mixed);
  return { header, columns: kept };
}

function notANumber(header: CsvHeader, column: NumberColumn): Error {
  const { line, text } = column.firstText ?? { line: 1, text: "" };
  const place = `${header.path}:${line}:${header.names.indexOf(column.name) + 1}`;
  return badTable(place, `${column.name}: "${text.slice(0, 40)}" is not a number`);
}

function labelOf(cell: string, place: string): number {
  const label = LABELS.get(cell);
  if (label !== undefined) return label;
  throw badTable(place, `the label "${cell.slice(0, 40)}" is none of 1, 0, spam, ham`);
}

function columnsOf(columns: readonly NumberColumn[], rows: number): Columns {
  return { names: columns.map(nameOf), columns: columns.map((column) => column.values()), rows };
}

function nameOf(column: NumberColumn): string {
  return column.name;
}
