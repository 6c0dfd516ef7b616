/** Columns of numbers by name; the columns have `rows` values each, NaN where one is missing. */
export interface Columns {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  readonly rows: number;
}

/** What a learner learns from: features by column, a label and a time for each row. */
export interface Table extends Columns {
  /** 1 for spam, 0 for ham. */
  readonly labels: Uint8Array;
  /** Epoch seconds, or any other numbers that order the rows in time. */
  readonly times: Float64Array;
  /** A number for the sender of each row, the same for the same sender; not there where senders are not known. */
  readonly groups?: Uint32Array | undefined;
}

/** The values of one row, in the order of the names. */
export function rowValues(table: Columns, row: number): Float64Array {
  return Float64Array.from(table.columns, (column) => column[row] ?? Number.NaN);
}

export function spamCount(labels: Uint8Array): number {
  return labels.reduce((sum, label) => sum + label, 0);
}

/** The given rows of a table, in the given order. */
export function selectRows(table: Table, rows: ArrayLike<number>): Table {
  const pick = <T extends Float64Array | Uint8Array | Uint32Array>(from: T, into: T): T => {
    for (let i = 0; i < rows.length; i += 1) into[i] = from[rows[i] ?? 0] ?? Number.NaN;
    return into;
  };
  return {
    names: table.names,
    columns: table.columns.map((column) => pick(column, new Float64Array(rows.length))),
    labels: pick(table.labels, new Uint8Array(rows.length)),
    times: pick(table.times, new Float64Array(rows.length)),
    rows: rows.length,
    ...(table.groups && { groups: pick(table.groups, new Uint32Array(rows.length)) }),
  };
}

/**
 * The same table with its columns by name and its rows by time, rows of one time as they stood. Sums of floating
 * point depend on their order: with one order, the same examples give the same model to the last bit.
 */
export function inCanonicalOrder(table: Table): Table {
  const byName = table.names
    .map((name, index) => ({ name, index }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const byTime = Uint32Array.from({ length: table.rows }, (_, row) => row).sort(
    (a, b) => (table.times[a] ?? 0) - (table.times[b] ?? 0) || a - b,
  );
  return selectRows(
    {
      ...table,
      names: byName.map(({ name }) => name),
      columns: byName.map(({ index }) => table.columns[index] ?? new Float64Array(table.rows)),
    },
    byTime,
  );
}
