/** Where the project's own files are, for code that runs from dist/ as for code that vitest runs from the sources. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const runsFromSource = import.meta.filename.endsWith(".ts");
const projectFolder = join(import.meta.dirname, runsFromSource ? "../.." : "../../..");

/**
 * The compiled file of one of our programs, by its name below src/ (`main`, `demo/sending-hosts-process`), to start as
 * a process: Node 20 cannot start the TypeScript source.
 */
export function builtProgram(name: string): string {
  const file = join(projectFolder, "dist/src", `${name}.js`);
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run build makes it`);
  return file;
}

/** Folder of the captures that the demo scores where it cannot make its own. */
export const RECORDED_FOLDER = join(projectFolder, "packaging/demo");
