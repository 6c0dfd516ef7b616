/** Transactions per second, latency and CPU time of each milter, interleaved. */
import { spawnSync } from "node:child_process";
import { markdownTable, median } from "../measuring/table.mjs";
import { socketOf, start } from "./servers.mjs";

const HEADERS = 12;
/** Load before the first measurement: a daemon has run for long, and its compilers are done. */
const WARM_UP = { connections: 10, seconds: 3, bytes: 2048 };

/** One measurement: `seconds` of load from `connections` threads. */
export function measure(load, { socket, pid, connections, seconds, bytes, headers = HEADERS }) {
  const args = [socket.target, connections, seconds, bytes, headers, pid].map(String);
  const { stdout, stderr } = spawnSync(load, args, { encoding: "utf8" });
  if (stdout === "") throw new Error(`the load failed: ${stderr}`);
  const figures = JSON.parse(stdout);
  if (figures.failed > 0)
    throw new Error(`${figures.failed} transactions failed at ${socket.spec}`);
  return figures;
}

/** Load on a server that has just started, so that what is measured then is one that has run for long. */
export function warmUp(load, socket, server) {
  measure(load, { ...WARM_UP, socket, pid: server.pid });
}

/** The best rate, the lowest CPU time and the median latencies of several rounds. */
function summary(rounds) {
  return {
    perSecond: Math.max(...rounds.map(({ perSecond }) => perSecond)),
    p50: median(rounds.map(({ p50Milliseconds }) => p50Milliseconds)),
    p99: median(rounds.map(({ p99Milliseconds }) => p99Milliseconds)),
    cpu: Math.min(...rounds.map(({ serverMicroseconds }) => serverMicroseconds)),
  };
}

/** All milters in one cell of the table, a round of each after the other, so that the machine's moods hit all alike. */
async function measureCell(running, load, options) {
  const taking = running.filter(({ milter }) => options.bytes >= (milter.onlyFrom ?? 0));
  const rounds = new Map(taking.map(({ milter }) => [milter.name, []]));
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const { milter, socket, server } of taking) {
      const figures = measure(load, { ...options, socket, pid: server.pid });
      // The first round warms up: code and buffers of this size and number.
      if (round > 0) rounds.get(milter.name).push(figures);
    }
  }
  return [...rounds].map(([name, figures]) => ({ name, ...summary(figures) }));
}

function row(kind, { bytes, connections }, figures, base) {
  // A slow peer uses less than one tick of the kernel's CPU clock in a short round: then there is no ratio.
  const ratio = (own, other) => (other > 0 ? (own / other).toFixed(2) : "–");
  return [
    `${kind}, ${bytes >= 1_048_576 ? `${bytes / 1_048_576} MB` : `${bytes / 1024} KB`}, ${connections}`,
    figures.name,
    figures.perSecond.toFixed(0),
    figures.p50.toFixed(2),
    figures.p99.toFixed(2),
    figures.cpu.toFixed(0),
    ratio(figures.perSecond, base?.perSecond),
    ratio(figures.cpu, base?.cpu),
  ];
}

const HEAD = [
  "socket, body, connections",
  "milter",
  "per second",
  "p50 ms",
  "p99 ms",
  "CPU µs",
  "× rate",
  "× CPU",
];

/** The table as text; `× rate` and `× CPU` are against libmilter in the same cell. */
export async function transactionTable(milters, load, folder, plan) {
  const rows = [];
  for (const kind of plan.sockets) {
    const running = [];
    try {
      for (const [number, milter] of milters.entries()) {
        const socket = socketOf(kind, folder, number);
        const server = await start(milter, socket);
        running.push({ milter, socket, server });
        warmUp(load, socket, server);
      }
      for (const bytes of plan.bytes) {
        for (const connections of plan.connections) {
          const cell = { ...plan, bytes, connections };
          const figures = await measureCell(running, load, cell);
          const base = figures.find(({ name }) => name === "libmilter");
          for (const each of figures) rows.push(row(kind, cell, each, base));
          process.stderr.write(`bench: ${kind}, ${bytes} bytes, ${connections} connections\n`);
        }
      }
    } finally {
      for (const { server } of running) await server.stop();
    }
  }
  return markdownTable(HEAD, rows);
}
