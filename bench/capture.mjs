/**
 * Live capture under load: drops, CPU and look-ups at fixed rates of packets through a veth pair. Options:
 * `--rates 20000,100000`, `--seconds 10`, `--flows 1000`, `--source libpcap|cap|command`. Needs root, gcc and the build.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { FlowMonitor, openSources } from "../dist/features/index.js";
import { ownNetwork, quantile } from "./support/own-network.mjs";

const OPTIONS = {
  rates: { type: "string", default: "20000,100000" },
  seconds: { type: "string", default: "10" },
  flows: { type: "string", default: "1000" },
  source: { type: "string", default: "libpcap" },
};
const LOOK_UP_INTERVAL_MS = 2;
const WARM_UP_SECONDS = 3;

function compile(folder) {
  const program = join(folder, "packet-generator");
  const source = join(import.meta.dirname, "support", "packet-generator.c");
  execFileSync("gcc", ["-O2", "-o", program, source], { stdio: "inherit" });
  return program;
}

/** Looks flows up until `over` says so; the time that each took, in milliseconds, sorted, and how many were found whole. */
async function lookUps(monitor, flows, over) {
  const times = [];
  let whole = 0;
  for (let n = 0; !over(); n += 1) {
    const client = { address: "192.0.2.0", port: 1024 + (n % flows) };
    const asked = performance.now();
    const observation = await monitor.observe(client);
    times.push(performance.now() - asked);
    if (observation.kind === "flow") whole += 1;
    await pause(LOOK_UP_INTERVAL_MS);
  }
  return { times: times.sort((one, other) => one - other), whole };
}

async function measure({ program, enter, rate, seconds, flows, source }) {
  const ports = new Set([25]);
  const monitor = new FlowMonitor({ ports });
  await openSources({ source, interfaces: "near", ports }, monitor);
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const words = [...enter, program, "far", rate, seconds, flows].map(String);
  const generator = spawn(words[0], words.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  let isOver = false;
  generator.stdout.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = once(generator, "close").then(() => (isOver = true));
  const { times, whole } = await lookUps(monitor, Math.min(flows, 30_000), () => isOver);
  await ended;
  const wall = performance.now() - begun;
  const cpu = process.cpuUsage(cpuBefore);
  await monitor.observe({ address: "192.0.2.0", port: 1024 });
  const [sent, took] = said.trim().split(" ").map(Number);
  const [{ frames, table }] = monitor.counts.sources;
  await monitor.close();
  return {
    asked: `${rate}/s`,
    sent: `${Math.round(sent / took)}/s`,
    packets: sent,
    missing: sent - table.segments,
    dropped: frames.dropped,
    "CPU of a core": `${((cpu.user + cpu.system) / 10 / wall).toFixed(1)} %`,
    "look-ups": times.length,
    whole,
    "p50 µs": Math.round(quantile(times, 0.5) * 1e3),
    "p99 µs": Math.round(quantile(times, 0.99) * 1e3),
    "max µs": Math.round(quantile(times, 1) * 1e3),
  };
}

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const folder = mkdtempSync(join(tmpdir(), "spamflow-bench-"));
  try {
    const program = compile(folder);
    const network = await ownNetwork({ near: "10.80.0.1", far: "10.80.0.2" });
    const rows = [];
    for (const rate of values.rates.split(",").map(Number)) {
      const [seconds, flows] = [Number(values.seconds), Number(values.flows)];
      const { enter } = network;
      const load = { program, enter, rate, flows, source: values.source };
      // The first seconds of a process go to the compiler; a daemon runs for months.
      await measure({ ...load, seconds: WARM_UP_SECONDS });
      rows.push(await measure({ ...load, seconds }));
    }
    network.close();
    console.log(`source ${values.source}; CPU and look-ups of this process, barrier included`);
    console.table(rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
