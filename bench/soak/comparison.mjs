const MEBIBYTE = 1_048_576;

/**
 * How much more may be held at the end than in the beginning, and why. What is counted must come back exactly. Memory
 * may not. The compiler goes on making code of what runs often: 0.3 MiB of heap were seen. A leak of 16 bytes a
 * transaction is 3 MiB in 200,000 of them. Resident pages stay with the allocator once it has had them: bodies of 10 MB
 * on eight connections bring it from 60 to 130 MiB in the first hundred rounds, and the next nine hundred bring nothing.
 */
const ROWS = [
  { name: "open descriptors", of: "descriptors", more: 0 },
  { name: "open connections", of: "openConnections", more: 0 },
  { name: "contexts of the filter", of: "contexts", more: 0 },
  { name: "faults that nobody caught", of: "faults", more: 0 },
  { name: "heap after collection, MiB", of: "heapBytes", more: 2 * MEBIBYTE },
  { name: "buffers after collection, MiB", of: "bufferBytes", more: 2 * MEBIBYTE },
  { name: "resident memory, MiB", of: "rssBytes", more: 96 * MEBIBYTE },
];

/** The rows of a final table: what was in the beginning, what is now, and whether that is too much. */
export function compare(began, ended) {
  return ROWS.map(({ name, of, more }) => ({
    name,
    began: began[of],
    ended: ended[of],
    more,
    hasGrown: ended[of] > began[of] + more,
    unit: of.endsWith("Bytes") ? MEBIBYTE : 1,
  }));
}

function number(value, unit) {
  return unit === 1 ? String(value) : (value / unit).toFixed(2);
}

export function formatComparison(rows) {
  const lines = rows.map(({ name, began, ended, more, hasGrown, unit }) =>
    [
      name.padEnd(30),
      ...[began, ended, more].map((value) => number(value, unit).padStart(9)),
      hasGrown ? "  GROWN" : "  ok",
    ].join(" "),
  );
  const head = `${"".padEnd(30)} ${["began", "ended", "allowed"].map((text) => text.padStart(9)).join(" ")}`;
  return [head, ...lines].join("\n");
}

/** One line while it runs. */
export function formatProgress(done, seconds, measured) {
  const { descriptors, contexts, heapBytes, bufferBytes, rssBytes } = measured;
  const sizes = [heapBytes, bufferBytes, rssBytes].map((bytes) => number(bytes, MEBIBYTE));
  return [
    `${String(done).padStart(8)} done, ${seconds.toFixed(1)} s:`,
    `${descriptors} descriptors, ${contexts} contexts,`,
    `heap ${sizes[0]}, buffers ${sizes[1]}, resident ${sizes[2]} MiB`,
  ].join(" ");
}
