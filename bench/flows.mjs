/**
 * Speed of `extract` beside tcptrace, and memory of half-open and of idle flows.
 *
 *   npm run build && npm run bench -- flows [--capture FILE] [--flows 50000] [--runs 3] [--syns 1000000]
 *
 * tcptrace is the Debian package of that name; without it the peer's rows are left out. Only figures of one run can be
 * compared, and those as ratios: of CPU time, because other work on the machine stretches the wall clock.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeMailCapture } from "./flows/mail-capture.mjs";

const DIST = join(import.meta.dirname, "..", "dist");
const MAIN = join(DIST, "src", "main.js");
const TABLE_MEMORY = join(import.meta.dirname, "flows", "table-memory.mjs");

const OPTIONS = {
  capture: { type: "string" },
  flows: { type: "string", default: "50000" },
  runs: { type: "string", default: "3" },
  syns: { type: "string", default: "1000000" },
};

/** Wall and CPU seconds of a command whose output goes nowhere, by the shell's own clock; undefined where it failed. */
function timedOnce(command) {
  const script = 'TIMEFORMAT="%R %U %S"; time { "$@" > /dev/null 2> /dev/null; }';
  const { status, stderr } = spawnSync("bash", ["-c", script, "bash", ...command]);
  if (status !== 0) return undefined;
  const [wall, user, system] = String(stderr).trim().split(/\s+/).map(Number);
  return { wall, cpu: user + system };
}

/** The run with the least CPU time. */
function timed(command, runs) {
  const all = Array.from({ length: runs }, () => timedOnce(command)).filter(Boolean);
  return all.sort((one, other) => one.cpu - other.cpu)[0];
}

function speedTable(capture, runs) {
  const extract = ["node", MAIN, "extract", "--quiet", "--ports", "all"];
  const commands = [
    ["extract", [...extract, capture]],
    ["extract --workers 2", [...extract, "--workers", "2", capture]],
    ["extract --cut message", [...extract, "--cut", "message", capture]],
    ["tcptrace -n -l -r --csv", ["tcptrace", "-n", "-l", "-r", "--csv", capture]],
  ];
  const megabytes = (statSync(capture).size / 2 ** 20).toFixed(0);
  console.log(`\n${megabytes} MiB capture\n\n| program | wall s | CPU s |\n|---|---|---|`);
  const results = new Map(commands.map(([name, command]) => [name, timed(command, runs)]));
  for (const [name, result] of results) {
    if (result === undefined) console.log(`| ${name} | not there | |`);
    else console.log(`| ${name} | ${result.wall.toFixed(2)} | ${result.cpu.toFixed(2)} |`);
  }
  const peer = results.get("tcptrace -n -l -r --csv");
  const own = results.get("extract");
  if (peer === undefined || own === undefined) return;
  console.log(`\nextract is ${(peer.cpu / own.cpu).toFixed(2)} × as fast as tcptrace by CPU time.`);
}

function tableMemory(what, count, bound) {
  const args = ["--expose-gc", TABLE_MEMORY, DIST, what, String(count), String(bound)];
  return JSON.parse(execFileSync("node", args, { encoding: "utf8" }));
}

function memoryTable(syns) {
  console.log("\n| flows | held | bytes each | resident MB | CPU s |\n|---|---|---|---|---|");
  const row = (name, { flows, bytesEach, residentMegabytes, cpuSeconds }) => {
    console.log(
      `| ${name} | ${flows} | ${bytesEach} | ${residentMegabytes} | ${cpuSeconds.toFixed(2)} |`,
    );
  };
  for (const count of [syns / 10, syns])
    row(`${count} lone SYNs`, tableMemory("syns", count, 2 * syns));
  row(`${syns} lone SYNs, bound ${syns / 10}`, tableMemory("syns", syns, syns / 10));
  const established = tableMemory("established", 100_000, 200_000);
  row("100000 established, idle, with marks", established);
  const { p50, p99 } = established.lookupMicroseconds;
  console.log(
    `\nLook-up of a flow and its record: p50 ${p50.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs.`,
  );
}

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (!existsSync(MAIN)) {
    console.error(`${MAIN} is missing: run "npm run build" first`);
    return 69;
  }
  const folder = mkdtempSync(join(tmpdir(), "spamflow-bench-"));
  try {
    const capture = values.capture ?? join(folder, "mail.pcap");
    if (values.capture === undefined) await writeMailCapture(capture, Number(values.flows));
    speedTable(capture, Number(values.runs));
    memoryTable(Number(values.syns));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return 0;
}
