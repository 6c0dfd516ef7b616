/**
 * The barrier against the truth: at each message the server knows how many bytes it has read, and the flow must have as
 * many. Options: `--messages 20000`, `--sessions 4`, `--bytes 20000`, `--interface near|lo`, and `--through` with any of
 * libpcap, cap, command and sensor, commas between. Needs root and the build.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FlowMonitor, openSources } from "../dist/features/index.js";
import { Log } from "../dist/src/log.js";
import { SensorLink } from "../dist/src/sensor/sensor-link.js";
import { ownNetwork, quantile } from "./support/own-network.mjs";

const OPTIONS = {
  messages: { type: "string", default: "20000" },
  sessions: { type: "string", default: "4" },
  bytes: { type: "string", default: "20000" },
  interface: { type: "string", default: "near" },
  through: { type: "string", default: "libpcap,sensor,cap,command" },
};
const PROGRAM = join(import.meta.dirname, "..", "dist", "src", "main.js");
const SENDER = join(import.meta.dirname, "..", "test", "support", "message-sender.mjs");
const quiet = new Log({
  format: "text",
  severityPrefix: false,
  write: () => undefined,
  now: () => new Date(),
});

/** Flows of a capture in this process. */
async function ownCapture(source, interfaces, port) {
  const ports = new Set([port]);
  const monitor = new FlowMonitor({ ports });
  await openSources({ source, interfaces, ports }, monitor);
  return { flows: monitor, close: () => monitor.close() };
}

/** Flows of a sensor: the capture by libpcap in a process of its own. */
async function sensorCapture(interfaces, port, folder) {
  const path = join(folder, "sensor.sock");
  const words = [PROGRAM, "sensor", "--listen", `unix:${path}`, "--interface", interfaces];
  const sensor = spawn(process.execPath, [...words, "--ports", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  sensor.stderr.setEncoding("utf8");
  for (let said = ""; !said.includes("event=ready");)
    said += (await once(sensor.stderr, "data"))[0];
  const link = new SensorLink({
    spec: { kind: "unix", path },
    secret: "",
    authority: undefined,
    log: quiet,
  });
  await link.start();
  const close = async () => {
    await link.close();
    sensor.kill();
    await once(sensor, "exit");
  };
  return { flows: link, close };
}

async function measure(through, options) {
  const { host, messages, sessions, bytes, enter, folder } = options;
  const times = [];
  const counts = { misses: 0, partial: 0, "no flow": 0 };
  let capture;
  const server = createServer((socket) => {
    socket.setNoDelay(true).on("error", () => socket.destroy());
    socket.on("data", async () => {
      const { bytesRead, remoteAddress, remotePort } = socket;
      const asked = performance.now();
      const seen = await capture.flows.observe({ address: remoteAddress, port: remotePort });
      times.push(performance.now() - asked);
      if (seen.kind === "partial") counts.partial += 1;
      else if (seen.kind === "no-flow") counts["no flow"] += 1;
      else if (seen.record.clientSide.uniqueBytes < bytesRead) counts.misses += 1;
      socket.write(".");
    });
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address();
  capture =
    through === "sensor"
      ? await sensorCapture(options.interface, port, folder)
      : await ownCapture(through, options.interface, port);
  const numbers = [port, sessions, Math.ceil(messages / sessions), bytes].map(String);
  const words = [...enter, process.execPath, SENDER, host, ...numbers];
  await once(spawn(words[0], words.slice(1), { stdio: ["ignore", "ignore", "inherit"] }), "exit");
  server.close();
  await capture.close();
  times.sort((one, other) => one - other);
  const milliseconds = (q) => Number(quantile(times, q).toFixed(3));
  return {
    through,
    "look-ups": times.length,
    ...counts,
    "p50 ms": milliseconds(0.5),
    "p99 ms": milliseconds(0.99),
    "max ms": milliseconds(1),
  };
}

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const folder = mkdtempSync(join(tmpdir(), "spamflow-bench-"));
  const network = await ownNetwork({ near: "10.80.0.1", far: "10.80.0.2" });
  const isLoopback = values.interface === "lo";
  const options = {
    host: isLoopback ? "127.0.0.1" : "10.80.0.1",
    enter: isLoopback ? [] : network.enter,
    interface: values.interface,
    messages: Number(values.messages),
    sessions: Number(values.sessions),
    bytes: Number(values.bytes),
    folder,
  };
  try {
    const rows = [];
    for (const through of values.through.split(",")) rows.push(await measure(through, options));
    console.table(rows);
    return rows.some(({ misses }) => misses > 0) ? 1 : 0;
  } finally {
    network.close();
    rmSync(folder, { recursive: true });
  }
}
