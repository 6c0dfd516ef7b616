import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, EXIT } from "./exit-codes.ts";

/** How names of captures end; of other files in a folder nothing is known. */
const CAPTURE_NAME = /\.(pcap|pcapng|cap|dmp)\d*(\.gz)?$/i;
const PATTERN = /[*?]/;

/**
 * The capture files that arguments stand for: a folder for the captures in it, by name, a pattern with `*` or `?` in its last
 * part for the files that match, anything else for itself. Standard input and files that are missing are left as they are.
 */
export async function capturePaths(named: readonly string[]): Promise<string[]> {
  const paths = await Promise.all(named.map(pathsOf));
  return paths.flat();
}

async function pathsOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) {
    return orComplain(path, await namesIn(path, (name) => CAPTURE_NAME.test(name)));
  }
  if (found !== undefined || !PATTERN.test(path)) return [path];
  const slash = path.lastIndexOf("/");
  const pattern = patternOf(path.slice(slash + 1));
  const folder = slash < 0 ? "." : path.slice(0, slash + 1);
  const names = await namesIn(folder, (name) => pattern.test(name));
  return orComplain(path, slash < 0 ? names.map((name) => name.replace(/^\.\//, "")) : names);
}

async function namesIn(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && isWanted(entry.name))
    .map(({ name }) => join(folder, name))
    .toSorted();
}

function orComplain(named: string, paths: string[]): string[] {
  if (paths.length > 0) return paths;
  throw new CommandError(EXIT.noInput, `${named}: no capture there`);
}

/** As a shell has it: no name that begins with a dot matches a pattern that does not. */
function patternOf(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const inner = escaped.replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${/^[*?]/.test(text) ? "(?!\\.)" : ""}${inner}$`);
}
