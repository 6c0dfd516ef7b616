import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CapSource } from "../../features/capture/cap-source.ts";
import { LibpcapSource } from "../../features/capture/libpcap-source.ts";
import type { PacketSource } from "../../features/capture/packet-source.ts";
import { FlowMonitor } from "../../features/flow-monitor.ts";
import { builtFile } from "../support/built.ts";
import { barrierCompletes, faults, LIVE, OpenSources } from "../support/live-sources.ts";
import { MessageServer, sendMessages } from "../support/message-server.ts";
import { enterOwnNetwork, ip, PeerNetwork } from "../support/own-network.ts";
import { ParallelTcpdump } from "../support/parallel-tcpdump.ts";
import type { PlainFrame } from "../support/plain-frame.ts";

const childPath = builtFile("features/capture/cap-child.ts");
const NEAR = "10.77.0.1";
const FAR = "10.77.0.2";

let peer: PeerNetwork;
const opened = new OpenSources();

beforeAll(async () => {
  enterOwnNetwork();
  peer = await PeerNetwork.create();
  peer.connect("near", `${NEAR}/24`, "far", `${FAR}/24`);
});

afterEach(async () => {
  await opened.close();
});

afterAll(() => {
  peer.close();
});

function listenTo(source: PacketSource): ReturnType<OpenSources["listenTo"]> {
  return opened.listenTo(source);
}

function eventually(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: 15_000, interval: 20 });
}

/** Where the messages come from and go to on each of the interfaces. */
const PLACES = [
  { name: "lo", host: "127.0.0.1", enter: (): readonly string[] => [] },
  { name: "near", host: NEAR, enter: () => peer.enter },
  { name: "any", host: NEAR, enter: () => peer.enter },
];

/** Where the TCP source port stands in the hexadecimal of an Ethernet frame with a plain IPv4 header. */
const SOURCE_PORT = { start: 68, end: 72 };

/**
 * The frames of each side in order, without their stamps. Two captures may order what two processors bring at the same
 * time differently, but not what one side sent.
 */
function bySender(frames: readonly PlainFrame[]): Map<string, string[]> {
  const senders = new Map<string, string[]>();
  for (const { captured, originalLength } of frames) {
    const port = captured.slice(SOURCE_PORT.start, SOURCE_PORT.end);
    senders.set(port, [...(senders.get(port) ?? []), `${originalLength}: ${captured}`]);
  }
  return senders;
}

describe.each(LIVE)("%s", (kind, create) => {
  it.each(PLACES.slice(0, 2))("gives on $name the frames that tcpdump gives", async (place) => {
    const server = await MessageServer.listen(place.host, () => Promise.resolve());
    const { port } = server;
    const tcpdump = await ParallelTcpdump.start(place.name, `tcp port ${port}`);
    const source = create(place.name, { ports: new Set([port]) });
    const { frames } = await listenTo(source);
    const traffic = { host: place.host, port, sessions: 1, messages: 200 };
    await sendMessages({ ...traffic, longestMessageBytes: 9_000 }, place.enter());
    server.close();
    await eventually(() => {
      expect(source.counters().received).toBeGreaterThan(400);
    });
    await barrierCompletes(source);
    const truth = await tcpdump.frames(frames.length);
    expect(bySender(frames)).toEqual(bySender(truth));
    expect(source.timestamps).toBe(kind === "cap" ? "user" : "kernel-ns");
  });

  it.each(PLACES)("has on $name each byte that the server read, 2,000 times", async (place) => {
    let short = 0;
    const server = await MessageServer.listen(place.host, async (socket, bytesRead) => {
      const { remoteAddress = "", remotePort = 0 } = socket;
      const observed = await monitor.observe({ address: remoteAddress, port: remotePort });
      if (observed.kind === "flow" && observed.record.clientSide.uniqueBytes < bytesRead)
        short += 1;
    });
    const monitor = new FlowMonitor({ ports: new Set([server.port]) });
    await monitor.watch(create(place.name, { ports: new Set([server.port]) }));
    const traffic = { host: place.host, port: server.port, sessions: 4, messages: 500 };
    await sendMessages({ ...traffic, longestMessageBytes: 20_000 }, place.enter());
    server.close();
    const { observations } = monitor.counts;
    await monitor.close();
    const total = observations.flow + observations.partial + observations["no-flow"];
    expect(total).toBeGreaterThanOrEqual(2_000);
    expect(short).toBe(0);
    expect(observations["no-flow"]).toBe(0);
    // What comes too late from another process is openly partial, and seldom.
    expect(observations.partial).toBeLessThanOrEqual(kind === "libpcap" ? 0 : total / 4);
  });

  it("survives that the link goes down, and delivers again", async () => {
    makeDeadEnd();
    const source = create("dead", { ports: new Set([25]) });
    const { frames, events } = await listenTo(source);
    ip("link set dead down");
    // tcpdump takes a link that is down for a quiet one; no frame is missing for that.
    const isTold = kind !== "command";
    await eventually(() => {
      expect(faults(events)).toEqual(isTold ? ["interrupted"] : []);
    });
    ip("link set dead up");
    await eventually(() => {
      expect(faults(events)).toEqual(isTold ? ["interrupted", "resumed"] : []);
    });
    await expectFrames(source, frames);
    ip("link delete dead");
  });

  it("opens an interface again that was deleted and made anew", async () => {
    makeDeadEnd();
    const source = create("dead", { ports: new Set([25]) });
    const { frames, events } = await listenTo(source);
    await expectFrames(source, frames);
    ip("link delete dead");
    await eventually(() => {
      expect(faults(events)[0]).toBe("interrupted");
    });
    await barrierCompletes(source);
    frames.length = 0;
    makeDeadEnd();
    await eventually(() => {
      expect(faults(events).at(-1)).toBe("resumed");
    });
    await expectFrames(source, frames);
    ip("link delete dead");
  });

  it("names an interface that does not exist", async () => {
    const source = create("nosuch0", { ports: new Set([25]) });
    await expect(listenTo(source)).rejects.toMatchObject({
      fault: "no-such-interface",
      message: expect.stringContaining("nosuch0") as string,
    });
  });

  it("opens a TUN device, whose link type is raw IP", async () => {
    ip("tuntap add tun7 mode tun");
    ip("link set tun7 up");
    const source = create("tun7", { ports: new Set([25, 587]) });
    await listenTo(source);
    await barrierCompletes(source);
    await source.close();
    ip("link delete tun7");
  });
});

/** A veth pair with both ends here: a SYN to a neighbour that nobody is leaves a trace, and gets no answer. */
function makeDeadEnd(): void {
  ip("link add dead type veth peer name end");
  ip("link set end up");
  ip("address add 10.78.0.1/24 dev dead");
  ip("link set dead up");
}

/** Sends SYNs into the dead end until one has come through. */
async function expectFrames(source: PacketSource, frames: readonly unknown[]): Promise<void> {
  ip("neighbour replace 10.78.0.2 lladdr 02:00:00:00:00:02 dev dead");
  await eventually(() => {
    connect(25, "10.78.0.2")
      .on("error", () => undefined)
      .unref()
      .destroySoon();
    expect(frames.length).toBeGreaterThan(0);
  });
  await barrierCompletes(source);
}

describe("libpcap's socket", () => {
  it("is not handed on to child processes", async () => {
    const before = new Set(packetSockets());
    await listenTo(new LibpcapSource("lo", { ports: new Set([25]) }));
    const [own] = packetSockets().filter((inode) => !before.has(inode));
    expect(own).toBeDefined();
    expect(readlinks("/proc/self/fd")).not.toContain(`socket:[${own ?? ""}]`);
  });
});

/** Inode numbers of all packet sockets in this namespace: the last column of the kernel's table. */
function packetSockets(): string[] {
  const lines = readFileSync("/proc/thread-self/net/packet", "utf8").trim().split("\n").slice(1);
  return lines.map((line) => line.trim().split(/\s+/).at(-1) ?? "");
}

/** What the links in `folder` point to, as a child process sees it. */
function readlinks(folder: string): string {
  return execFileSync("ls", ["-l", folder], { encoding: "utf8" });
}

describe("cap", () => {
  it("starts its child again when that dies", async () => {
    const source = new CapSource("lo", { ports: new Set([25]), childPath });
    const { frames, events } = await listenTo(source);
    const first = source.processId ?? 0;
    process.kill(first, "SIGKILL");
    await eventually(() => {
      expect(events).toEqual([
        { kind: "interrupted", reason: expect.stringContaining("SIGKILL") as string },
        { kind: "resumed" },
      ]);
    });
    expect(source.processId).not.toBe(first);
    await barrierCompletes(source);
    connect(25, "127.0.0.1").on("error", () => undefined);
    await eventually(() => {
      expect(frames).toHaveLength(2);
    });
  });

  it("does not know what its ring lost", async () => {
    const source = new CapSource("lo", { ports: new Set([25]), childPath });
    await listenTo(source);
    expect(source.counters()).toEqual({ received: 0, dropped: "unknown" });
  });

  it("says so when the child's program is not there", async () => {
    const source = new CapSource("lo", { ports: new Set([25]), childPath: "/nonexistent.js" });
    await expect(listenTo(source)).rejects.toMatchObject({
      fault: "not-available",
      message: expect.stringContaining("nonexistent.js") as string,
    });
  });
});
