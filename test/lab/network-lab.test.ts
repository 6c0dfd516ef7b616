import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OneWayProfile } from "../../src/demo/link.ts";
import { MX_ADDRESS, MX_ADDRESS_6, NetworkLab, type LabHost } from "../../src/demo/network-lab.ts";
import { runCommand } from "../../src/demo/run-command.ts";
import { canRunLab } from "../support/system.ts";

const LOSSY = "10.99.16.20";
const FAR = "10.99.16.21";
const FAR_6 = "fd00:99::1:21";
const NARROW = "10.99.16.22";
const SMALL_WINDOW = "10.99.16.23";
const UNNAMED = "10.99.20.1";

function bothWays(profile: OneWayProfile): LabHost["link"] {
  return { up: profile, down: profile };
}

const HOSTS: readonly LabHost[] = [
  { address: LOSSY, link: bothWays({ delayMs: 5, loss: 0.05 }) },
  { address: FAR, link: bothWays({ delayMs: 40 }) },
  { address: FAR_6, link: bothWays({ delayMs: 40 }) },
  { address: NARROW, link: { up: { delayMs: 5, rateKbit: 800 }, down: { delayMs: 5 } } },
  { address: SMALL_WINDOW, link: bothWays({ delayMs: 1 }), receiveWindow: 8_192 },
];

/** Takes all that a client sends, then tells it how much that was. */
const COUNTING_SERVER = `
  require("node:net").createServer({ allowHalfOpen: true }, (socket) => {
    let bytes = 0;
    socket.on("data", (chunk) => (bytes += chunk.length));
    socket.on("end", () => socket.end(String(bytes)));
  }).listen(9, () => process.send("listening"));
`;

/** Sends so many bytes from an address, and prints how long it took and what the server counted. */
const SENDER = `
  const [host, localAddress, bytes] = process.argv.slice(1);
  const started = performance.now();
  const socket = require("node:net").connect({ host, port: 9, localAddress });
  socket.on("connect", () => {
    const connectMs = performance.now() - started;
    socket.on("data", (counted) => {
      const totalMs = performance.now() - started;
      console.log(JSON.stringify({ connectMs, totalMs, counted: Number(counted) }));
    });
    socket.end(Buffer.alloc(Number(bytes)));
  });
`;

interface Transfer {
  readonly connectMs: number;
  readonly totalMs: number;
  readonly counted: number;
}

describe.runIf(canRunLab())("NetworkLab", () => {
  let lab: NetworkLab;
  let server: ChildProcess;

  beforeAll(async () => {
    lab = await NetworkLab.up({ hosts: HOSTS, seed: 1 });
    const command = ["netns", "exec", lab.mxNamespace, process.execPath, "-e", COUNTING_SERVER];
    server = spawn("ip", command, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    await once(server, "message");
  });

  afterAll(async () => {
    await lab.down();
  });

  async function transfer(from: string, bytes: number): Promise<Transfer> {
    const to = from.includes(":") ? MX_ADDRESS_6 : MX_ADDRESS;
    const command = [process.execPath, "-e", SENDER, to, from, String(bytes)];
    return JSON.parse(await runCommand(command, { namespace: lab.hostsNamespace })) as Transfer;
  }

  /** Segments that the hosts' kernel has sent more than once so far. */
  async function retransmitted(): Promise<number> {
    const text = await runCommand(["cat", "/proc/net/snmp"], { namespace: lab.hostsNamespace });
    const [names, values] = text.split("\n").filter((line) => line.startsWith("Tcp:"));
    const column = names?.split(" ").indexOf("RetransSegs") ?? -1;
    return Number(values?.split(" ")[column]);
  }

  it.each([FAR, FAR_6])("delays the packets of %s by its link's round trip", async (address) => {
    const { connectMs, totalMs } = await transfer(address, 100);
    expect(connectMs).toBeGreaterThanOrEqual(80);
    expect(totalMs).toBeGreaterThanOrEqual(160);
  });

  it("gives an address that no host has a link without delay", async () => {
    expect((await transfer(UNNAMED, 100)).counted).toBe(100);
  });

  it("makes the kernel retransmit on a lossy link, and nothing is missing in the end", async () => {
    const before = await retransmitted();
    expect((await transfer(LOSSY, 500_000)).counted).toBe(500_000);
    expect(await retransmitted()).toBeGreaterThan(before);
    expect((await lab.counters()).links[LOSSY]?.up.lost).toBeGreaterThan(0);
  });

  it("lets no more through than the link's rate", async () => {
    const { totalMs } = await transfer(NARROW, 100_000);
    expect(totalMs).toBeGreaterThanOrEqual(900);
  });

  it("bounds the window that a host advertises", async () => {
    const command = ["ip", "-4", "route", "get", MX_ADDRESS, "from", SMALL_WINDOW];
    const route = await runCommand(command, { namespace: lab.hostsNamespace });
    expect(route).toContain("window 8192");
  });

  it("leaves no namespace, device or process behind, and can be taken down twice", async () => {
    const hasEnded = once(server, "exit");
    await lab.down();
    await lab.down();
    await hasEnded;
    const namespaces = readdirSync("/run/netns").filter((name) => name.includes(`${process.pid}-`));
    expect(namespaces).toEqual([]);
    expect(existsSync(`/sys/class/net/sf${process.pid}m`)).toBe(false);
    await expect(lab.counters()).rejects.toThrow("the lab is down");
  });
});
