import { spawnSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { FlowMonitor } from "../../features/flow-monitor.ts";
import {
  barrierCompletes,
  faults,
  LIVE,
  nanoseconds,
  OpenSources,
} from "../support/live-sources.ts";
import { MessageServer, senderCommand, sendMessages } from "../support/message-server.ts";
import { enterOwnNetwork, ip, PeerNetwork } from "../support/own-network.ts";
import { segment, type SegmentDescription } from "../support/packet-builder.ts";
import { ParallelTcpdump } from "../support/parallel-tcpdump.ts";
import { RawSender } from "../support/raw-sender.ts";

const NEAR = "10.79.0.1";
const FAR = "10.79.0.2";
const CLIENT_ADDRESS = "192.0.2.7";
const SERVER = "198.51.100.2:25";

/** Longest time by which stamps may differ from those of another capture: half of all, and all, in nanoseconds. */
const STAMP_ERRORS: Readonly<Record<string, readonly [half: bigint, all: bigint]>> = {
  libpcap: [0n, 0n],
  // Of the kernel too, which stamps for each capture by itself unless it is asked as libpcap's source asks.
  command: [100_000n, 50_000_000n],
  // Taken in user space, with all its delays.
  cap: [50_000_000n, 5_000_000_000n],
};

let peer: PeerNetwork;
const opened = new OpenSources();

beforeAll(async () => {
  enterOwnNetwork();
  peer = await PeerNetwork.create();
  peer.connect("near", `${NEAR}/24`, "far", `${FAR}/24`);
  ip("link add tagged type veth peer name sender");
  ip("link set sender up");
  ip("link set tagged up");
});

afterEach(async () => {
  await opened.close();
});

afterAll(() => {
  peer.close();
});

/** A connection from this client port with a message of 100 bytes, tagged for these VLANs. */
function taggedConnection(vlans: readonly number[], port: number) {
  const from = `${CLIENT_ADDRESS}:${port}`;
  const toServer = (each: SegmentDescription) => segment({ vlans, from, to: SERVER, ...each });
  return [
    toServer({ flags: "S", sequence: 1_000 }),
    segment({ vlans, from: SERVER, to: from, flags: "SA", sequence: 5_000, acknowledgment: 1_001 }),
    toServer({ flags: "A", sequence: 1_001, acknowledgment: 5_001 }),
    toServer({ flags: "PA", sequence: 1_001, acknowledgment: 5_001, payload: "x".repeat(100) }),
  ];
}

describe.each(LIVE)("%s", (kind, create) => {
  it.each([[[7]], [[100, 7]]])("follows flows with VLAN tags %j", async (vlans) => {
    const monitor = new FlowMonitor({ ports: new Set([25]) });
    await monitor.watch(create("tagged", { ports: new Set([25]) }));
    const sender = new RawSender("sender");
    let port = 40_000;
    // Another process may not get its turn within the bound of one barrier, and on a busy machine a small ring may lose
    // frames, which are counted: a connection that was not seen whole is followed by another one.
    await vi.waitFor(
      async () => {
        port += 1;
        sender.send(...taggedConnection(vlans, port));
        await vi.waitFor(async () => {
          expect(await monitor.observe({ address: CLIENT_ADDRESS, port })).toMatchObject({
            kind: "flow",
            record: { clientSide: { packets: 3, uniqueBytes: 100 }, serverSide: { packets: 1 } },
          });
        }, 3_000);
      },
      { timeout: 20_000 },
    );
    sender.close();
    await monitor.close();
  });

  it("stamps as a parallel tcpdump does, as far as it can", async () => {
    const server = await MessageServer.listen(NEAR, () => Promise.resolve());
    const { port } = server;
    const source = create("near", { ports: new Set([port]) });
    const { frames } = await opened.listenTo(source);
    // What this host sends is stamped once for all captures that ask for it; see setDescriptor for what comes in over
    // a virtual link.
    const tcpdump = await ParallelTcpdump.start("near", `tcp src port ${port}`);
    const traffic = { host: NEAR, port, sessions: 1, messages: 200 };
    await sendMessages({ ...traffic, longestMessageBytes: 100 }, peer.enter);
    server.close();
    await barrierCompletes(source);
    const truth = await tcpdump.frames(200);
    expect(truth.length).toBeGreaterThanOrEqual(200);
    const stamps = new Map(frames.map((frame) => [frame.captured, nanoseconds(frame)]));
    const errors = truth.map((frame) => difference(stamps.get(frame.captured), nanoseconds(frame)));
    const sorted = errors.toSorted((one, other) => (one < other ? -1 : 1));
    const [half = 0n, all = 0n] = STAMP_ERRORS[kind] ?? [];
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(half);
    expect(sorted.at(-1)).toBeLessThanOrEqual(all);
  });
});

function difference(one: bigint | undefined, other: bigint): bigint {
  if (one === undefined) throw new Error("a frame of tcpdump is missing");
  return one < other ? other - one : one - other;
}

describe.each(LIVE.filter(([kind]) => kind !== "cap"))("%s", (_, create) => {
  it("counts what was dropped while the process was busy, and tells it", async () => {
    const closedPort = 9;
    const tcpdump = await ParallelTcpdump.start("near", `tcp port ${closedPort}`);
    const source = create("near", { ports: new Set([closedPort]), ringBytes: 65_536 });
    const { frames, events } = await opened.listenTo(source);
    // Each connection is a SYN and a RST; this process does nothing else until the program has ended.
    const traffic = { host: FAR, port: closedPort, sessions: 2_000, messages: 1 };
    const [program = "", ...words] = senderCommand({ ...traffic, longestMessageBytes: 1 });
    spawnSync(program, words, { stdio: "ignore" });
    await barrierCompletes(source);
    const { received, dropped } = source.counters();
    expect(dropped).toBeGreaterThan(0);
    expect(faults(events)[0]).toBe("interrupted");
    expect(faults(events).at(-1)).toBe("resumed");
    const truth = await tcpdump.frames(4_000);
    expect(received).toBe(frames.length);
    expect(received + Number(dropped)).toBe(truth.length);
  });
});
