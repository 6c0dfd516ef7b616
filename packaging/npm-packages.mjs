import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Says what node_modules was installed from, so that a second set-up has nothing to do. */
const STAMP = ".installed-from";

function fingerprint(root) {
  const lock = readFileSync(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} node-abi ${process.versions.modules}\n`;
}

function isUpToDate(root) {
  const stamp = join(root, "node_modules", STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint(root);
}

/**
 * node-gyp downloads Node's headers unless it is told where they are; beside an installed Node they often
 * are there already, and a host may reach no more than its package registry.
 */
function headersEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  const hasHeaders = existsSync(join(prefix, "include", "node", "node.h"));
  return hasHeaders && !process.env.npm_config_nodedir ? { npm_config_nodedir: prefix } : {};
}

function captureAddonLoads(root) {
  const result = spawnSync(process.execPath, ["-e", 'require("cap")'], { cwd: root });
  return result.status === 0;
}

/** `npm ci` by the lockfile. The `cap` addon is optional, but in CI its tests must be able to run. */
export function installNpmPackages({ root, inCi, say, fail }) {
  if (!isUpToDate(root)) {
    say("installing the npm packages of package-lock.json");
    const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
      cwd: root,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, ...headersEnvironment() },
    });
    if (result.status !== 0) fail("npm ci failed");
    writeFileSync(join(root, "node_modules", STAMP), fingerprint(root));
  }
  if (captureAddonLoads(root)) return;
  const line = "the optional addon `cap` did not build: only libpcap captures";
  if (inCi) fail(line);
  say(line);
}
