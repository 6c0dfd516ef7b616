import { quantileEdges, sharesOf } from "../binned-shares.ts";
import type { Table } from "../table.ts";

/** How the values of one feature are spread among spam and among ham. */
export interface ClassDistribution {
  readonly feature: string;
  /** Borders between the bins, rising; the first and the last bin are open. */
  readonly edges: readonly number[];
  /** Share of the class in each bin. */
  readonly spam: readonly number[];
  readonly ham: readonly number[];
  /** Share of the class in which the feature could not be observed. */
  readonly spamMissing: number;
  readonly hamMissing: number;
}

/** Bins that hold about equally many mails each: times and sizes have tails that equal widths would lose. */
const BINS = 8;

export function classDistribution(table: Table, feature: string): ClassDistribution {
  const column = table.columns[table.names.indexOf(feature)] ?? new Float64Array(table.rows);
  const edges = quantileEdges(column, BINS);
  const [ham, spam] = [0, 1].map((label) =>
    sharesOf(
      column.filter((_, row) => table.labels[row] === label),
      edges,
    ),
  );
  return {
    feature,
    edges,
    spam: spam?.shares ?? [],
    ham: ham?.shares ?? [],
    spamMissing: spam?.missing ?? 0,
    hamMissing: ham?.missing ?? 0,
  };
}
