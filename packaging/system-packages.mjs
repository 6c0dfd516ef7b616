import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";

/** What each purpose needs, with the reason that is shown before anything is installed. */
const PACKAGES = [
  { name: "g++", why: "compiles the packet-capture addon", purposes: ["build", "demo", "test"] },
  { name: "make", why: "compiles the packet-capture addon", purposes: ["build", "demo", "test"] },
  { name: "python3", why: "runs the addon's build", purposes: ["build", "demo", "test"] },
  { name: "libpcap-dev", why: "packet capture", purposes: ["build", "demo", "test"] },
  { name: "postfix", why: "the mail server of the demo and the tests", purposes: ["demo", "test"] },
  { name: "iproute2", why: "network namespaces", purposes: ["demo", "test"] },
  { name: "chromium", why: "looks at the report's page", purposes: ["test"] },
  { name: "chromium-driver", why: "looks at the report's page", purposes: ["test"] },
  { name: "tcpdump", why: "captures beside ours, to compare", purposes: ["demo", "test"] },
  { name: "miltertest", why: "an MTA's side of the milter protocol", purposes: ["test"] },
];

/** While this file says 101 no package starts a service (Debian policy, invoke-rc.d(8)). */
const POLICY_FILE = "/usr/sbin/policy-rc.d";

function run(command, args, options = {}) {
  return spawnSync(command, args, { encoding: "utf8", ...options });
}

function isInstalled(name) {
  const result = run("dpkg-query", ["-W", "-f", "${db:Status-Status}", name]);
  return result.status === 0 && result.stdout.trim() === "installed";
}

function isDebian() {
  return existsSync("/usr/bin/apt-get") && existsSync("/usr/bin/dpkg-query");
}

/** Packages that apt would remove to make room, such as another mail server. */
function wouldRemove(names) {
  const result = run("apt-get", [
    "install",
    "--simulate",
    "--no-install-recommends",
    "-y",
    ...names,
  ]);
  return result.stdout.split("\n").flatMap((line) => /^Remv (\S+)/.exec(line)?.slice(1) ?? []);
}

async function agreed(names) {
  if (!process.stdin.isTTY || process.env.CI) return true;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`setup: install ${names.join(" ")} with apt-get? [Y/n] `);
  prompt.close();
  return !/^n/i.test(answer.trim());
}

/** Installs without starting any service: Postfix as "No configuration", and policy-rc.d forbids starts. */
function install(names) {
  if (names.includes("postfix")) {
    run("debconf-set-selections", [], {
      input: "postfix postfix/main_mailer_type select No configuration\n",
    });
  }
  const ownPolicy = !existsSync(POLICY_FILE);
  if (ownPolicy) writeFileSync(POLICY_FILE, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const options = {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    const args = ["install", "-y", "-qq", "--no-install-recommends", ...names];
    return run("apt-get", args, options).status === 0;
  } finally {
    if (ownPolicy) rmSync(POLICY_FILE, { force: true });
  }
}

/** A fresh machine has no package lists, and without them apt can neither simulate nor install. */
function readPackageLists() {
  run("apt-get", ["update", "-qq"], { stdio: ["ignore", 2, 2] });
}

/** Postfix only where it takes no other mail server's place: the host's own mail is not ours to change. */
function withoutHarm(names, say) {
  const removed = wouldRemove(names);
  if (removed.length === 0) return names;
  say(`leaving out postfix, because apt would remove ${removed.join(", ")} for it`);
  return names.filter((name) => name !== "postfix");
}

function sayWhatIsMissing(missing, say) {
  for (const { name, why } of missing) say(`${name} is not installed (${why})`);
}

/**
 * Installs the system packages that `purpose` lacks, as root on Debian; elsewhere it says what is missing
 * and how to get it. In CI whatever stays missing is an error.
 */
export async function installSystemPackages({ purpose, inCi, say, fail }) {
  const wanted = PACKAGES.filter(({ purposes }) => purposes.includes(purpose));
  if (!isDebian()) {
    say(`not a Debian system: please see that it has ${wanted.map(({ name }) => name).join(", ")}`);
    return;
  }
  const missing = wanted.filter(({ name }) => !isInstalled(name));
  if (missing.length === 0) return;
  sayWhatIsMissing(missing, say);
  const names = missing.map(({ name }) => name);
  if (process.getuid() !== 0) {
    const line = `apt-get install --no-install-recommends ${names.join(" ")}`;
    if (inCi) fail(`as root, run: ${line}`);
    say(`as root, run: ${line}; going on without, what needs them is left out`);
    return;
  }
  readPackageLists();
  const harmless = withoutHarm(names, say);
  if (harmless.length === 0 || !(await agreed(harmless))) return;
  if (!install(harmless) && inCi) fail("apt-get could not install the packages");
}
