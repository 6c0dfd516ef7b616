/** Finds the lines of a TOML file's keys, so that an error about a value can name its place. */

const TABLE = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?/;
const ASSIGNMENT = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/;

/** `a . "b"` as `a.b`. */
function plainPath(text: string): string {
  return text
    .split(".")
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, "$2"))
    .join(".");
}

/**
 * Line numbers, from 1, of each dotted key path and of each table's heading. The text is known to be valid
 * TOML; of a key inside an inline table or a multi-line value only the outer key is found.
 */
export function keyLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let table = "";
  for (const [index, line] of text.split("\n").entries()) {
    const heading = TABLE.exec(line)?.[1];
    const assigned = ASSIGNMENT.exec(line)?.[1];
    if (heading !== undefined) table = plainPath(heading);
    const path =
      assigned === undefined ? table : [table, plainPath(assigned)].filter(Boolean).join(".");
    if ((heading !== undefined || assigned !== undefined) && !lines.has(path))
      lines.set(path, index + 1);
  }
  return lines;
}

/** The line of `path`, or of the nearest key around it; undefined where neither stands in the file. */
export function lineOf(
  lines: ReadonlyMap<string, number>,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(path.slice(0, length).map(String).join("."));
    if (line !== undefined) return line;
  }
  return undefined;
}
