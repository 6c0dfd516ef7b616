import { stringify } from "smol-toml";
import { settingRows, type SettingRow, type Settings } from "./schema.ts";

const WIDTH = 98;

/** Breaks a sentence into lines that begin with `prefix`. */
function wrap(text: string, prefix: string): string {
  const lines: string[] = [];
  let line = prefix;
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > WIDTH && line !== prefix) {
      lines.push(line);
      line = prefix;
    }
    line += line === prefix ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

function leaf(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}

function section(key: string): string {
  return key.includes(".") ? key.slice(0, key.indexOf(".")) : "";
}

function assignment(row: SettingRow): string {
  const name = leaf(row.key);
  if (row.defaultValue === undefined) return `# ${name} =`;
  return `# ${stringify({ [name]: row.defaultValue }).trim()}`;
}

/** A commented configuration file that changes nothing: each setting with its meaning and its default. */
export function initialConfiguration(): string {
  const parts = [
    "# SpamFlow's configuration. Each setting shows its default; take away the # to change it.",
  ];
  let present = "";
  for (const row of settingRows()) {
    if (section(row.key) !== present) {
      present = section(row.key);
      parts.push(`[${present}]`);
    }
    parts.push(`${wrap(row.meaning, "# ")}\n${assignment(row)}`);
  }
  return `${parts.join("\n\n")}\n`;
}

/** The effective settings as TOML. */
export function dumpSettings(settings: Settings): string {
  return stringify(settings);
}

function defaultText(row: SettingRow): string {
  return row.defaultValue === undefined ? "unset" : `\`${JSON.stringify(row.defaultValue)}\``;
}

/** docs/configuration.md. */
export function configurationDocument(): string {
  const rows = settingRows().map(
    (row) => `- **\`${row.key}\`** (${defaultText(row)}): ${row.meaning}`,
  );
  return `${[
    "# Configuration",
    "One TOML file, by default `/etc/spamflow/spamflow.toml`; every setting has a default, so none is needed. A flag of the command line goes before the file. `spamflow config check` names the line of an error, `config dump` prints what is in force, `config init` a commented file to start from.",
    "In brackets: the default. `section.name` is `name` under `[section]`.",
    rows.join("\n"),
    "This page is generated: `npm run docs`.",
  ].join("\n\n")}\n`;
}
