#!/usr/bin/env node
/**
 * The entry point: checks the Node version before anything else is loaded, since an older Node could not even
 * parse what the packages are written in.
 */
const FLOOR = { major: 20, minor: 19 } as const;
const EX_UNAVAILABLE = 69;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < FLOOR.major || (major === FLOOR.major && minor < FLOOR.minor)) {
  process.stderr.write(
    `spamflow: Node >= ${FLOOR.major}.${FLOOR.minor} is needed, this is ${process.versions.node}\n`,
  );
  process.exit(EX_UNAVAILABLE);
}
const { runCommandLine } = await import("./cli.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
