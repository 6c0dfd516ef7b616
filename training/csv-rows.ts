import { splitRecord } from "./csv.ts";
import { TrainingError } from "./errors.ts";
import { type Line, readLines } from "./lines.ts";

/** Most columns of a table, features and others. */
export const MAX_TABLE_COLUMNS = 1_000;

export interface CsvHeader {
  readonly names: readonly string[];
  readonly path: string;
}

/** One row of a table: its cells, as many as the header has names, and the line it stands on. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Reads a CSV file whose first line names its columns. `header` is called once, before the first row.
 *
 * @throws TrainingError `bad-table` with file and line: no header, a name that is empty or there twice, a row
 *   that is ragged or has a quote that does not end
 */
export async function* readCsvRows(
  path: string,
  header: (header: CsvHeader) => void,
): AsyncGenerator<CsvRow> {
  let names: readonly string[] | undefined;
  for await (const line of readLines(path, "bad-table")) {
    const cells = cellsOf(path, line);
    if (names === undefined) {
      names = checkedNames(path, line, cells);
      header({ names, path });
    } else {
      yield { cells: checkedWidth(path, line, { cells, names }), line: line.number };
    }
  }
  if (names === undefined) throw badTable(`${path}:1`, "the table is empty: no line names columns");
}

/** `place` is file and line, or file, line and the number of the column from 1. */
export function badTable(place: string, complaint: string): TrainingError {
  return new TrainingError("bad-table", `${place}: ${complaint}`);
}

function cellsOf(path: string, line: Line): readonly string[] {
  const cells = splitRecord(line.text);
  if (cells === undefined)
    throw badTable(`${path}:${line.number}`, "a quoted cell does not end on its line");
  return cells.map((cell) => cell.trim());
}

function checkedNames(path: string, line: Line, names: readonly string[]): readonly string[] {
  if (names.length > MAX_TABLE_COLUMNS)
    throw badTable(
      `${path}:${line.number}`,
      `${names.length} columns, of ${MAX_TABLE_COLUMNS} allowed`,
    );
  names.forEach((name, index) => {
    const place = `${path}:${line.number}:${index + 1}`;
    if (name === "") throw badTable(place, "the column has no name");
    if (names.indexOf(name) < index) throw badTable(place, `a second column is named "${name}"`);
  });
  return names;
}

function checkedWidth(
  path: string,
  line: Line,
  row: { readonly cells: readonly string[]; readonly names: readonly string[] },
): readonly string[] {
  if (row.cells.length === row.names.length) return row.cells;
  throw badTable(
    `${path}:${line.number}`,
    `${row.cells.length} cells in a table of ${row.names.length} columns`,
  );
}
