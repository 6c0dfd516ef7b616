/** Tables and numbers as the benchmarks print them, ready for a document. */

/** @param {readonly string[]} head @param {readonly (readonly (string | number)[])[]} rows */
export function markdownTable(head, rows) {
  const texts = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...texts.map((row) => row[column].length)));
  const line = (cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(texts[0]), rule, ...texts.slice(1).map(line)].join("\n");
}

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value at a share of the way up, 0 to 1. */
export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** What this was measured on, in one line. */
export function machineLine({ cpus, loadavg, release }) {
  const [{ model }] = cpus();
  return `${cpus().length} × ${model.trim()}, Linux ${release()}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}`;
}
