import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { builtFile } from "../support/built.ts";
import { enterOwnNetwork, ip } from "../support/own-network.ts";
import { removeFolder, stateFolder } from "../support/mail-system.ts";
import { isRunning } from "../support/running-process.ts";
import { ServeProcess } from "../support/spamflow-process.ts";

const INDEX = builtFile("features/index.ts");

/** Runs a module of JavaScript in a process of its own, begun by `enter`. */
function run(code: string, enter: readonly string[] = []): SpawnSyncReturns<string> {
  const [program, ...words] = [...enter, process.execPath, "--input-type=module", "-e", code];
  return spawnSync(program, words, { encoding: "utf8", timeout: 30_000 });
}

/** Code that makes the named packages unknown to the process, as where they are not installed. */
function without(...packages: readonly string[]): string {
  const hook = `export async function resolve(name, context, next) {
    if (${JSON.stringify(packages)}.includes(name)) {
      throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: "ERR_MODULE_NOT_FOUND" });
    }
    return next(name, context);
  }`;
  const url = `data:text/javascript,${encodeURIComponent(hook)}`;
  return `import { register } from "node:module"; register(${JSON.stringify(url)});`;
}

/** Code that opens the live capture on `lo` and prints what came of it, as JSON. */
const OPEN = `
  const { FlowMonitor, openSources } = await import(${JSON.stringify(INDEX)});
  const ports = new Set([25]);
  const monitor = new FlowMonitor({ ports });
  await openSources({ source: "auto", interfaces: "lo", ports }, monitor).then(
    (opened) => console.log(JSON.stringify(opened)),
    ({ fault, message }) => console.log(JSON.stringify({ fault, message })),
  );
  await monitor.close();
`;

beforeAll(() => {
  enterOwnNetwork();
});

describe("openSources, in a process of its own,", () => {
  it("takes libpcap where it works", () => {
    const { stdout, status } = run(OPEN);
    expect(JSON.parse(stdout)).toEqual({
      kind: "libpcap",
      interfaces: ["lo"],
      reason: "configured",
      failures: [],
    });
    expect(status).toBe(0);
  });

  it("takes cap where koffi is missing, and says why", () => {
    expect(JSON.parse(run(without("koffi") + OPEN).stdout)).toEqual({
      kind: "cap",
      interfaces: ["lo"],
      reason: "configured",
      failures: [expect.stringMatching(/^libpcap: .*koffi/)],
    });
  });

  it("says what was tried where nothing works", () => {
    const missing = 'capChildPath: "/nonexistent.js", command: ["/nonexistent/tcpdump"], source:';
    const opened = run(without("koffi") + OPEN.replace("source:", missing));
    expect(JSON.parse(opened.stdout)).toMatchObject({
      fault: "not-available",
      message: expect.stringMatching(
        /libpcap: .*koffi.*; cap: .*nonexistent.*; command: .*ENOENT/,
      ) as string,
    });
  });

  it("takes tcpdump where neither package can be had, and says why", () => {
    const missing = OPEN.replace("source:", 'capChildPath: "/nonexistent.js", source:');
    expect(JSON.parse(run(without("koffi") + missing).stdout)).toEqual({
      kind: "command",
      interfaces: ["lo"],
      reason: "configured",
      failures: [
        expect.stringMatching(/^libpcap: .*koffi/),
        expect.stringMatching(/^cap: .*nonexistent/),
      ],
    });
  });

  it.each(["auto", "libpcap", "cap", "command"])(
    "with %s asks for the right to capture",
    (source) => {
      const withoutRight = ["setpriv", "--inh-caps=-net_raw", "--bounding-set=-net_raw"];
      const opened = run(OPEN.replace('"auto"', JSON.stringify(source)), withoutRight);
      expect(JSON.parse(opened.stdout)).toMatchObject({
        fault: "not-permitted",
        message: expect.stringMatching(/lo: .*CAP_NET_RAW/) as string,
      });
    },
  );
});

describe("LibpcapSource, after the process gave up its rights,", () => {
  it("goes on, and says that it is at its end when it would have to open again", async () => {
    ip("link add gone type veth peer name left");
    ip("link set left up");
    ip("link set gone up");
    const code = `
      import { LibpcapSource } from ${JSON.stringify(INDEX)};
      const source = new LibpcapSource("gone", { ports: new Set([25]) });
      const events = [];
      await source.open(() => {}, (event) => {
        events.push(event);
        if (event.kind === "ended") console.log(JSON.stringify(events));
      });
      process.setgid(65534);
      process.setuid(65534);
      console.error(await source.barrier());
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
    const [barrier] = (await once(child.stderr, "data")) as [Buffer];
    ip("link delete gone");
    const [events] = (await once(child.stdout, "data")) as [Buffer];
    expect(barrier.toString().trim()).toBe("complete");
    expect(JSON.parse(events.toString())).toEqual([
      { kind: "interrupted", reason: expect.stringMatching(/./) as string },
      {
        kind: "ended",
        reason: expect.stringMatching(/cannot be opened again.*CAP_NET_RAW/) as string,
      },
    ]);
    // With no timer left the process ends by itself.
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});

describe("sensor --user", () => {
  it("ends with 69 when its interface is gone for good, so that it is started anew", async () => {
    ip("link add seen type veth peer name other");
    ip("link set other up");
    ip("link set seen up");
    const folder = await stateFolder();
    const where = ["--listen", `unix:${folder}/s`, "--interface", "seen", "--user", "nobody"];
    const sensor = await ServeProcess.sensor(where);
    ip("link delete seen");
    await sensor.logged(/event=stopped/);
    expect(await sensor.exited()).toBe(69);
    expect(sensor.log).toMatch(/spamflow: interface seen: it cannot be opened again/);
    await removeFolder(folder);
  });
});

describe("features/index.ts, built,", () => {
  it("can be imported where neither native module is installed", () => {
    const code = `const { FlowExtractor } = await import(${JSON.stringify(INDEX)}); console.log(typeof FlowExtractor);`;
    expect(run(without("koffi", "cap") + code).stdout.trim()).toBe("function");
  });
});

describe("the child of cap", () => {
  it.each(["SIGKILL", "SIGTERM"] as const)("ends when its parent dies of %s", async (signal) => {
    const code = `
      import { CapSource } from ${JSON.stringify(INDEX)};
      const source = new CapSource("lo", { ports: new Set([25]) });
      await source.open(() => {}, () => {});
      console.log(source.processId);
      setInterval(() => {}, 1_000_000);
    `;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", code]);
    const [said] = (await once(parent.stdout, "data")) as [Buffer];
    const child = Number(said.toString());
    expect(isRunning(child)).toBe(true);
    parent.kill(signal);
    await vi.waitFor(
      () => {
        expect(isRunning(child)).toBe(false);
      },
      { timeout: 10_000, interval: 20 },
    );
  });
});
