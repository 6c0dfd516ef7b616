import { readFileSync } from "node:fs";

/** package.json lies above dist/src/ in an installed package and above src/ in a checkout. */
const CANDIDATES = ["../../package.json", "../package.json"] as const;

function readPackage(relative: string): { readonly name?: string; readonly version?: string } {
  try {
    const text = readFileSync(new URL(relative, import.meta.url), "utf8");
    return JSON.parse(text) as { name?: string; version?: string };
  } catch {
    return {};
  }
}

/** The version of the package that this file belongs to. */
export function packageVersion(): string {
  const own = CANDIDATES.map(readPackage).find(({ name }) => name === "spamflow");
  return own?.version ?? "unknown";
}
