import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capturePath } from "../support/fixture-captures.ts";
import { freePort } from "../support/free-port.ts";
import { labelledExamples } from "../support/labelled-examples.ts";
import { PROGRAM, spamflow } from "../support/spamflow-process.ts";
import { canCapture } from "../support/system.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spamflow-cli-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** One line on stderr and nothing else. */
function oneLine(stderr: string): string {
  expect(stderr).toMatch(/^spamflow: [^\n]+\n$/);
  return stderr.trim();
}

const COMMANDS = ["serve", "extract", "score", "train", "models", "why", "config", "demo"] as const;

describe("spamflow", () => {
  it.each(COMMANDS)("explains %s", async (command) => {
    const { status, stdout } = await spamflow([command, "--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain(`spamflow ${command}`);
  });

  it.each([
    [[], /name a command/],
    [["extract"], /./],
    [["extract", "x.pcap", "--nosuch"], /nosuch/],
    [["extract", "--ports", "smtp", "x.pcap"], /--ports smtp/],
    [["score"], /name captures/],
    [["train"], /name files/],
    [["train", "a.jsonl", "--table", "b.csv"], /either/],
    [["train", "a.jsonl", "--split", "random"], /only time is possible\. A random split/],
    [
      ["train", "--table", "b", "--out", "m", "--groups", "g", "--group-column", "g"],
      /--groups or/,
    ],
    [["train", "--table", "b.csv"], /--table wants --out/],
    [["score", "--table", "t", "--model", "m", "--prior", "2"], /--prior 2/],
    [["models"], /name one of list/],
    [["why", "xyz"], /xyz/],
    [["serve", "--listen", "inet:nowhere"], /inet:nowhere/],
  ])("ends with 64 at %j", async (args, message) => {
    const { status, stderr } = await spamflow(args);
    expect(stderr).toMatch(message);
    expect(status).toBe(64);
  });
});

describe("spamflow extract and score", () => {
  it("prints one object a flow, and the summary on stderr", async () => {
    const { status, stdout, stderr } = await spamflow(["extract", capturePath("plain.pcap")]);
    expect(status).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      client: { address: "192.0.2.10", port: 40_000 },
      complete: true,
      features: { client_packets: 8, handshake_rtt: 0.0001 },
    });
    expect(oneLine(stderr)).toContain("plain.pcap: 13 frames, 13 segments, 1 flows");
  });

  it("reads standard input", async () => {
    const capture = await readFile(capturePath("plain.pcap"));
    const { status, stdout } = await spamflow(["extract", "-", "--format", "csv"], capture);
    expect(status).toBe(0);
    expect(stdout.split("\n")[1]).toMatch(/^192\.0\.2\.10,40000,198\.51\.100\.25,25,1700000000,/);
  });

  it.each([
    ["not-a-capture.pcap", "hello, world: no capture", 65, /byte 0: not a capture/],
    ["empty.pcap", "", 65, /not a capture: empty/],
  ])("ends with its status at %s", async (name, content, expected, message) => {
    const { status, stdout, stderr } = await spamflow(["extract", await file(name, content)]);
    expect(oneLine(stderr)).toMatch(message);
    expect(status).toBe(expected);
    expect(stdout).toBe("");
  });

  it("prints what came before the damage, then the place of it, and ends with 65", async () => {
    const whole = await readFile(capturePath("plain.pcap"));
    const cut = await file("cut.pcap", whole.subarray(0, whole.length - 5));
    const { status, stdout, stderr } = await spamflow(["extract", cut]);
    expect(JSON.parse(stdout)).toMatchObject({ features: { client_packets: 7 } });
    expect(stderr).toMatch(/cut\.pcap: byte \d+/);
    expect(status).toBe(65);
  });

  it("names the link type that it does not know", async () => {
    const capture = Buffer.from(await readFile(capturePath("plain.pcap")));
    capture.writeUInt32LE(147, 20);
    const { status, stderr } = await spamflow(["extract", await file("user0.pcap", capture)]);
    expect(oneLine(stderr)).toMatch(/link type 147/);
    expect(status).toBe(65);
  });

  it("ends with 66 where there is no such file", async () => {
    const { status, stderr } = await spamflow(["extract", join(folder, "none.pcap")]);
    expect(oneLine(stderr)).toContain("none.pcap");
    expect(status).toBe(66);
  });

  it("scores the messages of a capture with a trained model", async () => {
    const examples = await file("examples.jsonl", labelledExamples(60));
    const model = join(folder, "scoring-model.json");
    const trained = await spamflow(["train", examples, "--out", model, "--json"]);
    expect(JSON.parse(trained.stdout)).toMatchObject({ model: "blend-1", examples: 60 });
    const { status, stdout } = await spamflow([
      ...["score", "--ports", "all", "--model", model],
      capturePath("clean-sender.pcap"),
    ]);
    expect(status).toBe(0);
    const scores = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { score: number | null; verdict: string });
    expect(scores.length).toBeGreaterThan(0);
    for (const { score, verdict } of scores) {
      expect(score === null ? "Unknown" : score >= 0.8 ? "Yes" : "No").toBe(verdict);
    }
  });

  it("trains the next version where there is a model", async () => {
    const examples = await file("more.jsonl", labelledExamples(40));
    const model = join(folder, "versions.json");
    await spamflow(["train", examples, "--out", model]);
    const again = await spamflow(["train", examples, "--out", model]);
    expect(again.stdout).toContain("blend-2");
  });
});

describe("spamflow with a model or examples that are wrong", () => {
  const good = { format: 1, learner: "logistic", version: 1, features: ["handshake_rtt"] };
  it.each([
    ["damaged", "{", /damaged\.json: /],
    ["other-version", JSON.stringify({ ...good, format: 9 }), /other-version\.json: format: 9/],
    [
      "strange-feature",
      JSON.stringify({
        ...good,
        features: ["shoe_size"],
        parameters: { bias: 0, terms: [] },
        threshold: null,
      }),
      /strange-feature\.json: /,
    ],
  ])("names the file and the key of a %s model", async (name, text, message) => {
    const model = await file(`${name}.json`, text);
    const { status, stderr } = await spamflow([
      "score",
      "--model",
      model,
      capturePath("plain.pcap"),
    ]);
    expect(oneLine(stderr)).toMatch(message);
    expect(status).toBe(65);
  });

  it("names file and line of an example", async () => {
    const lines = labelledExamples(3).split("\n");
    const examples = await file("bad.jsonl", [lines[0], "{}", lines[1]].join("\n"));
    const out = join(folder, "never.json");
    const { status, stderr } = await spamflow(["train", examples, "--out", out]);
    expect(oneLine(stderr)).toContain("bad.jsonl:2: ");
    expect(status).toBe(65);
  });
});

describe("spamflow config", () => {
  it("names file and line of what is wrong", async () => {
    const config = await file("wrong.toml", 'mode = "tag"\n\n[capture]\nport = [25]\n');
    const { status, stderr } = await spamflow(["config", "check", config]);
    expect(oneLine(stderr)).toContain(
      'wrong.toml:4: unknown key "capture.port" (did you mean "capture.ports"?)',
    );
    expect(status).toBe(78);
  });

  it("prints the settings in force, and a file to start from that changes none of them", async () => {
    const start = await spamflow(["config", "init"]);
    const initial = await file("initial.toml", start.stdout);
    const empty = await file("empty.toml", "");
    const dumps = await Promise.all([
      spamflow(["config", "dump", initial]),
      spamflow(["config", "dump", empty]),
    ]);
    expect(dumps[0].status).toBe(0);
    expect(dumps[0].stdout).toContain('mode = "tag"');
    expect(dumps[0].stdout).toBe(dumps[1].stdout);
  });
});

describe.runIf(canCapture())("spamflow serve that cannot start", () => {
  async function serve(...args: readonly string[]) {
    const common = ["serve", "--http", "none", "--interface", "lo", "--state", folder];
    return spamflow([...common, ...args]);
  }

  it("ends with 73 where the port is in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const { status, stderr } = await serve("--listen", `inet:${port}@127.0.0.1`);
    taken.close();
    expect(stderr).toMatch(/spamflow: cannot listen on .*in use/i);
    expect(status).toBe(73);
  });

  it("ends with 69 where there is no such interface, and names those that there are", async () => {
    const { status, stderr } = await serve("--interface", "eth99", "--listen", "inet:0@127.0.0.1");
    expect(stderr).toMatch(/eth99.*lo/);
    expect(status).toBe(69);
  });

  it("ends with 77 where there is no right to capture, and says which one is missing", () => {
    const without = ["--bounding-set=-net_raw", "--inh-caps=-net_raw"];
    const words = ["serve", "--http", "none", "--interface", "lo", "--state", folder];
    const listen = ["--listen", "inet:0@127.0.0.1"];
    const { status, stderr } = spawnSync(
      "setpriv",
      [...without, process.execPath, PROGRAM, ...words, ...listen],
      { encoding: "utf8" },
    );
    expect(stderr).toMatch(/^spamflow: interface lo: .*CAP_NET_RAW/m);
    expect(status).toBe(77);
  });

  it("ends with 65 where the model is none", async () => {
    const model = await file("no-model.json", "[]");
    const { status, stderr } = await serve("--model", model, "--listen", "inet:0@127.0.0.1");
    expect(stderr).toMatch(/no-model\.json: /);
    expect(status).toBe(65);
  });

  it("ends with 78 where mode enforce has no threshold, and says how much ham is missing", async () => {
    const model = join(folder, "little-ham.json");
    const examples = await file("little-ham.jsonl", labelledExamples(60));
    await spamflow(["train", examples, "--max-fpr", "0.001", "--out", model]);
    const wanted = ["--mode", "enforce", "--listen", "inet:0@127.0.0.1", "--model"];
    const { status, stderr } = await serve(...wanted, model);
    expect(stderr).toMatch(/takes 2995 ham; there were 30, so 2965 are missing/);
    expect(status).toBe(78);
    expect((await serve(...wanted, join(folder, "none.json"))).status).toBe(78);
  });

  it("ends with 73 where the state folder cannot be made", async () => {
    const blocked = await file("a-file", "");
    const state = join(blocked, "state");
    const { status, stderr } = await serve("--state", state, "--listen", "inet:0@127.0.0.1");
    expect(stderr).toContain(state);
    expect(status).toBe(73);
  });

  it("ends with 78 where HTTP would be reachable from other hosts", async () => {
    const port = await freePort();
    const listen = ["--listen", "inet:0@127.0.0.1"];
    const { status } = await serve(...listen, "--http", `inet:${port}@0.0.0.0`);
    expect(status).toBe(78);
  });
});
