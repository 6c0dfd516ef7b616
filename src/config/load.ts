import { readFile } from "node:fs/promises";
import { parse, TomlError } from "smol-toml";
import type { z } from "zod";
import { CommandError, EXIT } from "../exit-codes.ts";
import { keyLines, lineOf } from "./key-lines.ts";
import { nearest } from "./nearest.ts";
import { settingRows, settingsSchema, type Settings, type SettingsOverrides } from "./schema.ts";

/** Read where no file is named; its absence is no error, because every setting has a default. */
export const DEFAULT_CONFIG_FILE = "/etc/spamflow/spamflow.toml";

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `over` laid upon `base`, table by table; undefined members of `over` change nothing, false and 0 do. */
function merge(base: Tree, over: Tree): Tree {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (value === undefined) continue;
    merged[key] = isTree(value) ? merge(isTree(below) ? below : {}, value) : value;
  }
  return merged;
}

function configError(place: string, message: string): CommandError {
  return new CommandError(EXIT.configuration, `${place}: ${message}`);
}

function unknownKeyMessage(path: readonly PropertyKey[], key: string): string {
  const full = [...path.map(String), key].join(".");
  const known = settingRows().map((row) => row.key);
  const sections = known.flatMap((name) =>
    name.includes(".") ? [name.split(".")[0] ?? name] : [],
  );
  const meant = nearest(full, [...new Set([...known, ...sections])]);
  return `unknown key "${full}"${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`;
}

/** One schema issue as `FILE:LINE: message`; the line is that of the key. */
function issueError(
  file: string,
  lines: ReadonlyMap<string, number>,
  issue: z.core.$ZodIssue,
): CommandError {
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const line = lineOf(lines, [...issue.path, key]);
    return configError(at(file, line), unknownKeyMessage(issue.path, key));
  }
  const message = `${issue.path.map(String).join(".")}: ${issue.message}`;
  return configError(at(file, lineOf(lines, issue.path)), message);
}

function at(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}

/**
 * Settings from the text of a configuration file and the flags over it.
 *
 * @throws CommandError with status 78 that names file and line.
 */
export function parseSettings(
  text: string,
  file: string,
  overrides: SettingsOverrides = {},
): Settings {
  const tree = parseToml(text, file);
  const lines = keyLines(text);
  const [fileIssue] = settingsSchema.safeParse(tree).error?.issues ?? [];
  if (fileIssue !== undefined) throw issueError(file, lines, fileIssue);
  const merged = settingsSchema.safeParse(merge(tree, overrides));
  if (merged.success) return merged.data;
  const [flagIssue] = merged.error.issues;
  throw flagIssue === undefined ? merged.error : issueError("command line", new Map(), flagIssue);
}

function parseToml(text: string, file: string): Tree {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0] ?? "";
    throw configError(`${file}:${error.line}:${error.column}`, reason);
  }
}

/**
 * Reads the settings: the named file, else the default one where it exists, and the flags over it.
 *
 * @throws CommandError with status 66 where a named file cannot be read, 78 where its content is wrong.
 */
export async function loadSettings(
  file: string | undefined,
  overrides: SettingsOverrides = {},
): Promise<Settings> {
  const path = file ?? DEFAULT_CONFIG_FILE;
  let text = "";
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (file !== undefined || code !== "ENOENT") {
      throw new CommandError(EXIT.noInput, `${path}: cannot be read (${code ?? String(error)})`);
    }
  }
  return parseSettings(text, path, overrides);
}
