import { chown, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../../src/demo/run-command.ts";
import { freePort } from "../support/free-port.ts";
import { ourHeaders, valueOf } from "../support/mail-headers.ts";
import {
  MailSystem,
  removeFolder,
  stateFolder,
  trainInto,
  type MailSystemOptions,
} from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { SmtpProxy } from "../support/smtp-proxy.ts";
import { ServeProcess, spamflow } from "../support/spamflow-process.ts";
import { canRunPostfix } from "../support/system.ts";

const HOST = "127.0.0.1";
const NOBODY = 65_534;
/** A user without any right, and without the way to one. */
const AS_NOBODY = [
  ...["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--no-new-privs"],
  ...["--inh-caps=-all", "--bounding-set=-all"],
];
/** The sensor's socket, open to the user of `serve`. */
const CONFIG = '[socket]\nmode = "0666"\n';

let state = "";
let sensor: ServeProcess | undefined;
let system: MailSystem | undefined;
beforeEach(async () => {
  state = await stateFolder();
});
afterEach(async () => {
  await system?.stop();
  await sensor?.end();
  await removeFolder(state);
  system = sensor = undefined;
});

/** A sensor of root's beside a Postfix whose milter is nobody's. */
class SplitSystem {
  readonly port: number;
  readonly #sensor: readonly string[];

  /** `ports`: where the sensor sees the clients; the mail server's port unless told. */
  static async start(
    more: readonly string[] = [],
    { ports, ...options }: Partial<MailSystemOptions> & { readonly ports?: number } = {},
  ): Promise<SplitSystem> {
    const config = join(state, "sensor.toml");
    await writeFile(config, CONFIG);
    await trainInto(state);
    await chown(state, NOBODY, NOBODY);
    const port = await freePort(HOST);
    const spec = `unix:${state}/sensor.sock`;
    const where = ["--listen", spec, "--interface", "lo", "--ports", String(ports ?? port)];
    const split = new SplitSystem(port, ["--config", config, ...where, ...more]);
    await split.startSensor();
    const serve = ["--sensor", spec, "--score-local"];
    const milter = { host: HOST, port, milter: "inet", interfaceName: "lo" } as const;
    system = await MailSystem.start(state, { ...milter, ...options, serve, serveAs: AS_NOBODY });
    return split;
  }

  private constructor(port: number, words: readonly string[]) {
    this.port = port;
    this.#sensor = words;
  }

  async startSensor(): Promise<void> {
    sensor = await ServeProcess.sensor(this.#sensor);
  }

  /** Mails in one connection, and the replies to them. */
  async send(subjects: readonly string[]): Promise<string[]> {
    const client = new SmtpDialogue({ host: HOST, port: this.port });
    await client.begin();
    const replies: string[] = [];
    for (const subject of subjects) replies.push(await client.mail([`Subject: ${subject}.`]));
    await client.quit();
    return replies;
  }
}

/** The capabilities in effect of a process, as the kernel prints them. */
async function effectiveCapabilities(processId: number): Promise<string> {
  const text = await readFile(`/proc/${processId}/status`, "utf8");
  return /^CapEff:\s*(\w+)$/m.exec(text)?.[1] ?? "";
}

async function headersOf(name: string, count: number): Promise<string[]> {
  const mails = (await system?.delivered(count)) ?? [];
  return mails.filter((mail) => mail.includes(`Subject: ${name}`)).flatMap(ourHeaders);
}

describe.runIf(canRunPostfix())("mails, with the capture in a sensor of its own,", () => {
  it("are scored by a daemon without any right", async () => {
    const split = await SplitSystem.start();
    expect(await split.send(["one", "two"])).toEqual([
      expect.stringMatching(/^250/),
      expect.stringMatching(/^250/),
    ]);
    expect(await effectiveCapabilities(system?.daemon.processId ?? 0)).toMatch(/^0+$/);
    for (const header of await headersOf("", 2)) {
      expect(header).toMatch(/^X-SpamFlow: (Yes|No), score=[01]\.\d{3} .*capture=complete/);
    }
  });

  it("are scored also when the sensor gave up its rights after it had opened", async () => {
    const split = await SplitSystem.start(["--user", "nobody"]);
    expect(await effectiveCapabilities(sensor?.processId ?? 0)).toMatch(/^0+$/);
    await split.send(["one"]);
    expect(await headersOf("one", 1)).toEqual([expect.stringMatching(/: (Yes|No), score=/)]);
  });

  it("behind a proxy are scored by the packets that a sensor at the proxy saw", async () => {
    const ports = await freePort(HOST);
    const proxied = "- smtpd -o smtpd_upstream_proxy_protocol=haproxy";
    await SplitSystem.start([], { ports, listeners: { proxied } });
    const proxy = await SmtpProxy.listen(HOST, system?.portOf("proxied") ?? 0, ports);
    const client = new SmtpDialogue({ host: HOST, port: proxy.port });
    const clientPort = await client.localPort();
    await client.begin();
    expect(await client.mail(["Subject: through."])).toMatch(/^250/);
    await client.quit();
    proxy.close();
    const [header = ""] = await headersOf("through", 1);
    expect(header).toMatch(/: (Yes|No), score=.*capture=complete/);
    const why = await spamflow(["why", valueOf(header, "id"), "--json", "--state", state]);
    expect(JSON.parse(why.stdout)).toMatchObject({
      client: { address: HOST, port: clientPort },
      server: { address: HOST, port: ports },
    });
  });

  it("pass while the sensor is killed amid a stream of them, and are scored again when it is back", async () => {
    const split = await SplitSystem.start();
    const replies: string[] = [];
    let isKilled = false;
    const stream = async (name: string): Promise<void> => {
      for (let n = 0; n < 15; n += 1) {
        replies.push(...(await split.send([0, 1, 2].map((k) => `${name} ${n} ${k}`))));
        if (n === 5 && !isKilled) {
          isKilled = true;
          await sensor?.end("SIGKILL");
        }
      }
    };
    await Promise.all([stream("stream a"), stream("stream b")]);
    await split.startSensor();
    await system?.daemon.logged(/event=sensor-lost/);
    await connectedAgain();
    replies.push(...(await split.send([0, 1, 2].map((n) => `after ${n}`))));

    expect(replies).toHaveLength(93);
    expect(replies.filter((reply) => !reply.startsWith("250"))).toEqual([]);
    const during = await headersOf("stream", 93);
    expect(during).toHaveLength(90);
    const kinds = new Set(during.map((header) => /: (\w+)|reason=[\w-]+/.exec(header)?.[0] ?? ""));
    expect(kinds.size).toBeGreaterThan(1);
    expect(during.filter((header) => header.includes("reason=no-flow")).length).toBeGreaterThan(20);
    expect(during.filter((header) => /reason=(?!no-flow)/.test(header))).toEqual([]);
    const after = await headersOf("after", 93);
    expect(after).toHaveLength(3);
    for (const header of after) expect(header).toMatch(/: (Yes|No), score=.*capture=complete/);
  });
});

/** Waits until the daemon has the sensor for the second time. */
async function connectedAgain(): Promise<void> {
  for (let n = 0; n < 1_000; n += 1) {
    const log = system?.daemon.log ?? "";
    if (log.split("event=sensor-connected").length > 2) return;
    await pause(20);
  }
  throw new Error(`the sensor is not connected again:\n${system?.daemon.log ?? ""}`);
}

describe("sensor", () => {
  it.each([
    [["--listen", "inet:0.0.0.0:6787"], 78, /TLS and a secret/],
    [["--listen", "nothing"], 64, /begins with none of/],
    [["--interface", "nosuch0"], 69, /no interface "nosuch0"/],
    [["--listen", "unix:/nonexistent/sensor.sock", "--interface", "lo"], 73, /nonexistent/],
    [
      ["--listen", "unix:STATE/s", "--interface", "lo", "--user", "nosuchuser"],
      78,
      /no user nosuchuser/,
    ],
    [["--ports", "0"], 64, /--ports 0/],
  ] as const)("%j ends with %i", async (args, status, message) => {
    const words = args.map((word) => word.replace("STATE", state));
    const ended = await spamflow(["sensor", ...words]);
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(status);
  });
});

describe("serve --sensor", () => {
  it("knows the sensor by its certificate, and both by the secret, as docs/capture.md sets them up", async () => {
    const file = (name: string): string => join(state, name);
    const make =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=sensor";
    const files = [
      "-addext",
      `subjectAltName=IP:${HOST}`,
      "-keyout",
      file("key"),
      "-out",
      file("pem"),
    ];
    await runCommand(["openssl", ...make.split(" "), ...files]);
    await writeFile(file("secret"), "0123456789abcdef0123456789abcdef\n", { mode: 0o640 });
    const [port, milterPort] = [await freePort(HOST), await freePort(HOST)];
    const shared = `[sensor]\nsecret_file = "${file("secret")}"\n`;
    await writeFile(
      file("sensor.toml"),
      `${shared}listen = "inet:${HOST}:${port}"\ncertificate = "${file("pem")}"\nkey = "${file("key")}"\n`,
    );
    await writeFile(
      file("serve.toml"),
      `state = "${state}"\nlisten = "inet:${HOST}:${milterPort}"\n[capture]\nsensor = "inet:${HOST}:${port}"\n${shared}authority = "${file("pem")}"\n`,
    );
    sensor = await ServeProcess.sensor(["--config", file("sensor.toml"), "--interface", "lo"]);
    const serve = await ServeProcess.start(["--config", file("serve.toml")]);
    const line = await serve.logged(/event=sensor-connected/);
    await serve.end();
    expect(line).toContain(`inet:${port}@${HOST}`);
  });

  it("beyond this host takes TLS and a secret", async () => {
    const ended = await spamflow(["serve", "--state", state, "--sensor", "inet:192.0.2.1:6787"]);
    expect(ended.stderr).toMatch(/set sensor\.authority and sensor\.secret_file/);
    expect(ended.status).toBe(78);
  });
});
