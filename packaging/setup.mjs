/**
 * Set-up of a checkout: system packages, npm packages, build. `npm run demo` and `npm test` call it first,
 * so it uses `node:` modules alone and does nothing that is done already.
 *
 *   node packaging/setup.mjs [--for build|demo|test]
 *
 * Exit status: 0 ready (what is missing was said), 69 cannot be made ready.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const EX_UNAVAILABLE = 69;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inCi = Boolean(process.env.CI);

function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(EX_UNAVAILABLE);
}

/** The floor stands in package.json, so that npm and this script cannot disagree. */
function checkNodeVersion() {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const floor = engines.node.replace(/^>=/, "").split(".").map(Number);
  const present = process.versions.node.split(".").map(Number);
  const older = present[0] < floor[0] || (present[0] === floor[0] && present[1] < floor[1]);
  if (older) fail(`Node ${engines.node} is needed, this is ${process.versions.node}`);
}

function purpose() {
  const at = process.argv.indexOf("--for");
  const name = at < 0 ? "build" : process.argv[at + 1];
  if (!["build", "demo", "test"].includes(name)) fail(`--for build|demo|test, not ${name}`);
  return name;
}

function build() {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  if (!existsSync(compiler)) fail("the TypeScript compiler is not in node_modules");
  const result = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (result.status !== 0) fail("the build failed");
}

// The other modules are loaded after the check: an older Node must get its one line, not a missing module.
checkNodeVersion();
const wanted = purpose();
const { installSystemPackages } = await import("./system-packages.mjs");
const { installNpmPackages } = await import("./npm-packages.mjs");
await installSystemPackages({ purpose: wanted, inCi, say, fail });
installNpmPackages({ root, inCi, say, fail });
build();
