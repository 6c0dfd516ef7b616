import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PrivatePostfix } from "../../src/demo/private-postfix.ts";
import { freePort } from "./free-port.ts";
import { labelledExamples } from "./labelled-examples.ts";
import { headersOf } from "./mail-headers.ts";
import { ServeProcess, spamflow } from "./spamflow-process.ts";

const DELIVERY_DEADLINE_MS = 30_000;
const POLL_MS = 20;

export interface MailSystemOptions {
  readonly host: string;
  /** A free port where it is left out. */
  readonly port?: number;
  readonly milter: "inet" | "unix";
  readonly interfaceName: string;
  /** Network namespace of mail server and milter; this one where it is left out. */
  readonly namespace?: string;
  /** More arguments of `serve`. */
  readonly serve?: readonly string[];
  /** The words that start `serve` with fewer rights. */
  readonly serveAs?: readonly string[];
  /**
   * More ways in, each on a port of its own: the words of its row in master.cf from the greatest number of processes
   * on, such as `- smtpd -o smtpd_upstream_proxy_protocol=haproxy`.
   */
  readonly listeners?: Readonly<Record<string, string>>;
  /** More rows of master.cf. */
  readonly services?: readonly string[];
  /** More settings of main.cf. */
  readonly settings?: Readonly<Record<string, string>>;
}

interface MailSystemParts {
  readonly state: string;
  readonly port: number;
  readonly ports: ReadonlyMap<string, number>;
  readonly daemon: ServeProcess;
  readonly postfix: PrivatePostfix;
  readonly restart: () => Promise<ServeProcess>;
}

/** A private Postfix whose milter is `spamflow serve`, and a folder with the daemon's state. */
export class MailSystem {
  /** The daemon's state folder. */
  readonly state: string;
  readonly port: number;
  readonly postfix: PrivatePostfix;
  daemon: ServeProcess;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #restart: () => Promise<ServeProcess>;

  private constructor(parts: MailSystemParts) {
    this.state = parts.state;
    this.port = parts.port;
    this.postfix = parts.postfix;
    this.daemon = parts.daemon;
    this.#ports = parts.ports;
    this.#restart = parts.restart;
  }

  static async start(state: string, options: MailSystemOptions): Promise<MailSystem> {
    const { host, milter, interfaceName, namespace, serve = [] } = options;
    const port = options.port ?? (await freePort(host));
    const ports = await freePorts(host, Object.keys(options.listeners ?? {}));
    const listen =
      milter === "unix" ? `unix:${state}/milter.sock` : `inet:127.0.0.1:${await freePort()}`;
    const daemonArguments = [
      ...["--listen", listen, "--interface", interfaceName],
      ...["--ports", [port, ...ports.values()].join(",")],
      ...["--state", state, ...serve],
    ];
    const enter = [...enterNamespace(namespace), ...(options.serveAs ?? [])];
    const restart = () => ServeProcess.start(daemonArguments, enter);
    const daemon = await restart();
    try {
      const postfix = await PrivatePostfix.create({
        folder: join(state, "postfix"),
        listen: [endpointOf(host, port)],
        milters: listen,
        services: [...listenerRows(options, ports), ...(options.services ?? [])],
        settings: options.settings ?? {},
        ...(namespace === undefined ? {} : { namespace }),
      });
      await postfix.start();
      return new MailSystem({ state, port, ports, daemon, postfix, restart });
    } catch (error) {
      await daemon.end();
      throw error;
    }
  }

  /** The port of one of the further listeners. */
  portOf(listener: string): number {
    const port = this.#ports.get(listener);
    if (port === undefined) throw new Error(`no listener ${listener}`);
    return port;
  }

  /** The text of the delivered mail with this subject, once it is there. */
  async mail(subject: string): Promise<string> {
    const line = `Subject: ${subject}`;
    return polled(`no mail "${subject}" was delivered`, async () =>
      (await this.postfix.mails())
        .map(({ text }) => text)
        .find((text) => headersOf(text).includes(line)),
    );
  }

  /** Waits until Postfix has logged something. */
  async postfixLogged(pattern: RegExp): Promise<string> {
    return polled(
      `no ${String(pattern)} in Postfix's log`,
      async () => pattern.exec(await this.postfix.log())?.[0],
    );
  }

  /** The texts of the delivered mails, once there are `count`. */
  async delivered(count: number): Promise<readonly string[]> {
    await this.postfix.waitUntilDelivered(count, DELIVERY_DEADLINE_MS);
    return (await this.postfix.mails()).map(({ text }) => text);
  }

  async restartDaemon(): Promise<void> {
    this.daemon = await this.#restart();
  }

  async stop(): Promise<void> {
    await this.daemon.end();
    await this.postfix.remove();
  }
}

function endpointOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function listenerRows(options: MailSystemOptions, ports: ReadonlyMap<string, number>): string[] {
  const { host, listeners = {} } = options;
  return [...ports].map(
    ([name, port]) => `${endpointOf(host, port)} inet n - n - ${listeners[name] ?? ""}`,
  );
}

/** A free port for each name. The kernel may offer one twice, as nothing holds it yet. */
async function freePorts(
  host: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const ports = new Set<number>();
  while (ports.size < names.length) ports.add(await freePort(host));
  return new Map(names.map((name, n) => [name, [...ports][n] ?? 0]));
}

/** What `look` finds, once it finds something. */
async function polled<T>(otherwise: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + DELIVERY_DEADLINE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(otherwise);
    await pause(POLL_MS);
  }
}

/** The words that start a program in a network namespace. */
export function enterNamespace(namespace: string | undefined): readonly string[] {
  return namespace === undefined ? [] : ["ip", "netns", "exec", namespace];
}

/** A folder that users postfix and nobody can reach, as a mail system needs it. */
export async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "spamflow-system-"));
  await chmod(folder, 0o755);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Trains a model into a state folder, as an administrator would. */
export async function trainInto(state: string): Promise<void> {
  const examples = join(state, "examples.jsonl");
  await writeFile(examples, labelledExamples(60));
  const { status, stderr } = await spamflow([
    "train",
    examples,
    "--out",
    join(state, "model.json"),
  ]);
  if (status !== 0) throw new Error(stderr);
}
