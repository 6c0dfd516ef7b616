import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivatePostfix } from "../../src/demo/private-postfix.ts";
import { freePort } from "./free-port.ts";
import { labelledExamples } from "./labelled-examples.ts";
import { ServeProcess, spamflow } from "./spamflow-process.ts";

const DELIVERY_DEADLINE_MS = 30_000;

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
}

/** A private Postfix whose milter is `spamflow serve`, and a folder with the daemon's state. */
export class MailSystem {
  /** The daemon's state folder. */
  readonly state: string;
  readonly port: number;
  daemon: ServeProcess;
  readonly #postfix: PrivatePostfix;
  readonly #restart: () => Promise<ServeProcess>;

  private constructor(parts: {
    state: string;
    port: number;
    daemon: ServeProcess;
    postfix: PrivatePostfix;
    restart: () => Promise<ServeProcess>;
  }) {
    this.state = parts.state;
    this.port = parts.port;
    this.daemon = parts.daemon;
    this.#postfix = parts.postfix;
    this.#restart = parts.restart;
  }

  static async start(state: string, options: MailSystemOptions): Promise<MailSystem> {
    const { host, milter, interfaceName, namespace, serve = [] } = options;
    const port = options.port ?? (await freePort(host));
    const listen =
      milter === "unix" ? `unix:${state}/milter.sock` : `inet:127.0.0.1:${await freePort()}`;
    const daemonArguments = [
      ...["--listen", listen, "--interface", interfaceName, "--ports", String(port)],
      ...["--state", state, ...serve],
    ];
    const restart = () => ServeProcess.start(daemonArguments, enterNamespace(namespace));
    const daemon = await restart();
    try {
      const postfix = await PrivatePostfix.create({
        folder: join(state, "postfix"),
        listen: [host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`],
        milters: listen,
        ...(namespace === undefined ? {} : { namespace }),
      });
      await postfix.start();
      return new MailSystem({ state, port, daemon, postfix, restart });
    } catch (error) {
      await daemon.end();
      throw error;
    }
  }

  /** The texts of the delivered mails, once there are `count`. */
  async delivered(count: number): Promise<readonly string[]> {
    await this.#postfix.waitUntilDelivered(count, DELIVERY_DEADLINE_MS);
    return (await this.#postfix.mails()).map(({ text }) => text);
  }

  async restartDaemon(): Promise<void> {
    this.daemon = await this.#restart();
  }

  async stop(): Promise<void> {
    await this.daemon.end();
    await this.#postfix.remove();
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
