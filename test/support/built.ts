import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built form of a source file ("features/index.ts"), for what runs in a process of its own. */
export function builtFile(source: string): string {
  const path = fileURLToPath(
    new URL(`../../dist/${source.replace(/\.ts$/, ".js")}`, import.meta.url),
  );
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npm run build" first`);
  return path;
}
