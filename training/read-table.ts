import { badTable, type CsvHeader, type CsvRow, readCsvRows } from "./csv-rows.ts";
import { NumberColumn } from "./number-column.ts";
import type { Columns, Table } from "./table.ts";

/** Most cells that are kept of a table: 400 MB, or a million rows of fifty features. */
export const MAX_TABLE_CELLS = 50_000_000;

/** A table to learn from, and the columns of text that were left out of it. */
export interface LabelledTable {
  readonly table: Table;
  readonly ignored: readonly string[];
}

const LABELS: ReadonlyMap<string, number> = new Map([
  ["1", 1],
  ["0", 0],
  ["spam", 1],
  ["ham", 0],
]);

/**
 * Reads a CSV table with a header and a column of labels (1 or `spam`, 0 or `ham`). Every other column with
 * numbers is a feature, an empty cell a missing value; a column that has text alone is left out. The rows are
 * taken to stand in the order of time.
 *
 * @throws TrainingError `bad-table` with file, line and column
 */
export async function readTable(path: string, labelColumn: string): Promise<LabelledTable> {
  const labels: number[] = [];
  let labelIndex = -1;
  const read = await readNumbers(path, {
    wanted: (name) => name !== labelColumn,
    header: ({ names }) => {
      labelIndex = names.indexOf(labelColumn);
      if (labelIndex < 0) throw badTable(`${path}:1`, `no column is named "${labelColumn}"`);
    },
    row: ({ cells, line }) => {
      labels.push(labelOf(cells[labelIndex] ?? "", `${path}:${line}:${labelIndex + 1}`));
    },
  });
  if (labels.length === 0) throw badTable(path, "the table has no rows");
  const numeric = read.columns.filter((column) => column.isNumeric);
  if (numeric.length === 0) throw badTable(path, `no column beside "${labelColumn}" has numbers`);
  return {
    table: {
      ...columnsOf(numeric, labels.length),
      labels: Uint8Array.from(labels),
      times: Float64Array.from(labels, (_, row) => row),
    },
    ignored: read.columns.filter(({ firstText, isNumeric }) => firstText && !isNumeric).map(nameOf),
  };
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
  readonly wanted: (name: string) => boolean;
  readonly header: (header: CsvHeader) => void;
  readonly row: (row: CsvRow) => void;
}

interface NumbersRead {
  readonly header: CsvHeader;
  readonly columns: readonly NumberColumn[];
}

/** Reads the wanted columns; text among the numbers of a column is refused. */
async function readNumbers(path: string, reading: NumberReading): Promise<NumbersRead> {
  let header: CsvHeader = { names: [], path };
  let columns: readonly (NumberColumn | undefined)[] = [];
  let cells = 0;
  const rows = readCsvRows(path, (found) => {
    header = found;
    reading.header(found);
    columns = found.names.map((name) =>
      reading.wanted(name) ? new NumberColumn(name) : undefined,
    );
  });
  for await (const row of rows) {
    cells += row.cells.length;
    if (cells > MAX_TABLE_CELLS)
      throw badTable(`${path}:${row.line}`, `more than ${MAX_TABLE_CELLS} cells`);
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
