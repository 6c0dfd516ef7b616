import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FlowMonitor, type FlowObserver } from "../../../features/index.ts";
import { parseListenSpec } from "../../../milter/index.ts";
import { LOOK_UP_MILLISECONDS } from "../../../src/sensor/sensor-link.ts";
import { capturePath, expectedFlows, framesOf } from "../../support/fixture-captures.ts";
import { flowRecord } from "../../support/flow-record.ts";
import { MemorySource } from "../../support/memory-source.ts";
import { OPEN_PROTECTION, SensorPairs, STATE } from "../../support/sensor-pair.ts";

const client = { address: "192.0.2.7", port: 41231 };
const observation = { kind: "flow", record: flowRecord() } as const;
const flows: FlowObserver = { observe: () => Promise.resolve(observation) };
const silent: FlowObserver = { observe: () => new Promise(() => undefined) };
const secret = "0123456789abcdef";

let pairs: SensorPairs;
beforeEach(async () => {
  pairs = await SensorPairs.create();
});
afterEach(async () => {
  await pairs.close();
});

function eventually(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: 10_000, interval: 10 });
}

function logged(event: string): readonly string[] {
  return pairs.lines.filter((line) => line.includes(`event=${event}`));
}

describe("a look-up", { timeout: 20_000 }, () => {
  it("is answered over a unix socket", async () => {
    await pairs.server(pairs.path("s"), flows);
    const link = await pairs.link(pairs.path("s"));
    expect(await link.observe(client)).toEqual(observation);
    expect(link.state).toEqual(STATE);
    expect(link.counts).toEqual({ lookUps: 1, unanswered: 0 });
    expect(logged("sensor-connected")).toHaveLength(1);
  });

  it("is answered each by itself, many at a time", async () => {
    await pairs.server(pairs.path("s"), {
      observe: ({ port }) =>
        Promise.resolve({ kind: "flow", record: flowRecord({ started: port }) }),
    });
    const link = await pairs.link(pairs.path("s"));
    const asked = Array.from({ length: 100 }, (_, port) => link.observe({ ...client, port }));
    const answers = await Promise.all(asked);
    expect(answers).toEqual(
      asked.map((_, started) => ({ kind: "flow", record: flowRecord({ started }) })),
    );
  });

  it("is no flow when the sensor takes too long, after the time that it may take", async () => {
    await pairs.server(pairs.path("s"), silent);
    const link = await pairs.link(pairs.path("s"));
    const asked = performance.now();
    expect(await link.observe(client)).toEqual({ kind: "no-flow" });
    expect(performance.now() - asked).toBeGreaterThan(LOOK_UP_MILLISECONDS - 5);
    expect(link.counts).toEqual({ lookUps: 1, unanswered: 1 });
  });

  it("is no flow at once while the sensor is not there, and answered when it is", async () => {
    const link = await pairs.link(pairs.path("later"));
    expect(await link.observe(client)).toEqual({ kind: "no-flow" });
    expect(link.state).toBeUndefined();
    await pairs.server(pairs.path("later"), flows);
    await eventually(() => {
      expect(link.state).toEqual(STATE);
    });
    expect(await link.observe(client)).toEqual(observation);
  });

  it("that is open when the sensor goes is no flow at once", async () => {
    const server = await pairs.server(pairs.path("s"), silent);
    const link = await pairs.link(pairs.path("s"));
    const asked = link.observe(client);
    await server.close();
    expect(await asked).toEqual({ kind: "no-flow" });
    await eventually(() => {
      expect(link.state).toBeUndefined();
    });
  });
});

describe("a sensor that is gone", { timeout: 20_000 }, () => {
  it("is logged once, however often it is looked for", async () => {
    await pairs.link(pairs.path("nowhere"));
    const connections: Socket[] = [];
    const closing = createServer((socket) => {
      connections.push(socket);
      socket.destroy();
    });
    await new Promise<void>((resolve) => {
      closing.listen(join(pairs.folder, "nowhere"), resolve);
    });
    await eventually(() => {
      expect(connections.length).toBeGreaterThanOrEqual(3);
    });
    closing.close();
    expect(logged("sensor-lost")).toEqual([expect.stringMatching(/sensor=unix:.*ENOENT/)]);
  });

  it.each([
    ["speaks something else", "220 mx.example.com ESMTP\r\n", /no greeting: not JSON/],
    ["does not end its line", "x".repeat(70_000), /a line of more than 65536 bytes/],
  ])("or %s is told with the reason", async (_, said, reason) => {
    const other = createServer((socket) => socket.end(said).on("error", () => undefined));
    await new Promise<void>((resolve) => {
      other.listen(join(pairs.folder, "other"), resolve);
    });
    await pairs.link(pairs.path("other"));
    other.close();
    expect(logged("sensor-lost")[0]).toMatch(reason);
  });
});

describe("a secret", () => {
  const protection = { ...OPEN_PROTECTION, secret };

  it("lets those in who know it", async () => {
    await pairs.server(pairs.path("s"), flows, protection);
    const link = await pairs.link(pairs.path("s"), { secret });
    expect(await link.observe(client)).toEqual(observation);
  });

  it.each(["", "fedcba9876543210"])(
    "keeps out those who have %j, and tells both",
    async (other) => {
      await pairs.server(pairs.path("s"), flows, protection);
      const link = await pairs.link(pairs.path("s"), { secret: other });
      expect(await link.observe(client)).toEqual({ kind: "no-flow" });
      expect(logged("sensor-lost")[0]).toMatch(/it refuses us: the secret is another one/);
      expect(logged("sensor-client-refused")).toHaveLength(1);
    },
  );
});

describe("TLS", { timeout: 20_000 }, () => {
  function certificate(name: string, subject: string) {
    const key = join(pairs.folder, `${name}.key`);
    const cert = join(pairs.folder, `${name}.pem`);
    const make =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x";
    const files = ["-addext", `subjectAltName=${subject}`, "-keyout", key, "-out", cert];
    execFileSync("openssl", [...make.split(" "), ...files], { stdio: "ignore" });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  }

  async function over(identity: ReturnType<typeof certificate>, authority: string | undefined) {
    const anywhere = parseListenSpec("inet:127.0.0.1:0");
    const server = await pairs.server(anywhere, flows, { secret, identity, authority: undefined });
    return pairs.link(parseListenSpec(server.where), { secret, authority });
  }

  it("carries look-ups to a sensor whose certificate is known", async () => {
    const identity = certificate("one", "IP:127.0.0.1");
    const link = await over(identity, identity.cert);
    expect(await link.observe(client)).toEqual(observation);
  });

  it("refuses a certificate of another, and one for another name", async () => {
    const [one, other] = [certificate("one", "IP:127.0.0.1"), certificate("other", "DNS:gw.test")];
    for (const link of [await over(one, other.cert), await over(other, other.cert)]) {
      expect(await link.observe(client)).toEqual({ kind: "no-flow" });
    }
    expect(logged("sensor-lost").join("\n")).toMatch(/self-signed[^]*does not match/);
  });
});

describe("SensorServer", () => {
  it("ends a connection that asks before it is welcome, or a question too long, and lives on", async () => {
    await pairs.server(pairs.path("s"), flows);
    for (const said of ['{"id":1,"ask":"state"}\n', "x".repeat(2_000), "\n".repeat(10)]) {
      const socket = connect(join(pairs.folder, "s")).on("error", () => undefined);
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.resume().write(said);
      await closed;
    }
    const link = await pairs.link(pairs.path("s"));
    expect(await link.observe(client)).toEqual(observation);
    expect(logged("sensor-client-refused")).toHaveLength(1);
  });

  it("takes 64 clients, and none beyond", async () => {
    await pairs.server(pairs.path("s"), flows);
    const links = await Promise.all(Array.from({ length: 64 }, () => pairs.link(pairs.path("s"))));
    expect(links.every(({ state }) => state !== undefined)).toBe(true);
    expect((await pairs.link(pairs.path("s"))).state).toBeUndefined();
  });
});

describe("a flow", () => {
  it("is through the sensor what it is in the process, to the last bit", async () => {
    const monitor = new FlowMonitor({ ports: new Set([25]) });
    const source = new MemorySource();
    await monitor.watch(source);
    source.arrive(...(await framesOf(capturePath("lossy4-receiver.pcap"))));
    await pairs.server(pairs.path("s"), monitor);
    const link = await pairs.link(pairs.path("s"));
    const flows = expectedFlows()["lossy4-receiver.pcap"] ?? [];
    expect(flows.length).toBeGreaterThan(0);
    for (const { client: from, server: to } of flows) {
      const here = await monitor.observe(from, to);
      expect(here.kind).not.toBe("no-flow");
      expect(await link.observe(from, to)).toEqual(here);
    }
    await monitor.close();
  });
});
