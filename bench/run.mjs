/**
 * Runs a benchmark: `npm run bench -- NAME [options of the benchmark]`. Each is a file of this folder that exports
 * `run(args)` and says in its first comment what it measures; without a name they are listed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const EX_USAGE = 64;
const NOT_A_BENCHMARK = ["run", "soak"];
const folder = import.meta.dirname;

const names = readdirSync(folder)
  .filter((file) => file.endsWith(".mjs"))
  .map((file) => basename(file, ".mjs"))
  .filter((name) => !NOT_A_BENCHMARK.includes(name));

/** First sentence of a file's first comment. */
function purposeOf(name) {
  const text = readFileSync(join(folder, `${name}.mjs`), "utf8");
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(text)?.[1].replaceAll(/\s*\n \* ?/g, " ") ?? "";
  return /^(.*?[.:])(\s|$)/.exec(comment.trim())?.[1] ?? "";
}

const [name, ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  const width = Math.max(...names.map(({ length }) => length));
  process.stderr.write(`usage: npm run bench -- NAME [options]\n`);
  for (const each of names) process.stderr.write(`  ${each.padEnd(width)}  ${purposeOf(each)}\n`);
  process.exit(EX_USAGE);
}
const { run } = await import(`./${name}.mjs`);
process.exitCode = (await run(args)) ?? 0;
