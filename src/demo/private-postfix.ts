/** A throw-away Postfix in one folder, for the demo and the system tests; the host's own Postfix is never touched. */
import { access, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MAILDIR, networkEndpoints } from "./postfix-config.ts";
import { makePostfixFolder } from "./postfix-folder.ts";
import { runCommand } from "./run-command.ts";

/** Time between two looks at the Maildir or at a listener. */
const POLL_MS = 50;

/** Longest wait for the listeners of a Postfix that has started. */
const START_DEADLINE_MS = 20_000;

export interface PrivatePostfixOptions {
  /**
   * Folder of the instance, made by `create`; it must not exist. The users postfix and nobody must be
   * able to reach it: below os.tmpdir(), never below a private home folder.
   */
  readonly folder: string;
  /** Where smtpd listens: `127.0.0.1:2525`, `[::1]:2525`. Port 0 is not understood: bind one first. */
  readonly listen: readonly string[];
  /** Value of `smtpd_milters`; empty for none. */
  readonly milters: string;
  /**
   * Further rows of master.cf, such as `127.0.0.1:2526 inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy`.
   */
  readonly services?: readonly string[];
  /** Further main.cf settings by name. `milter_default_action` is `accept` unless named here. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Network namespace that all of the instance runs in. */
  readonly namespace?: string;
}

export interface DeliveredMail {
  readonly file: string;
  /** The message as virtual(8) wrote it: Postfix's own headers first, lines ended by LF. */
  readonly text: string;
}

/**
 * Mail for anybody at example.com is delivered to one Maildir; nothing else goes anywhere, since the
 * instance has no smtp(8). Every failure is an Error of one line.
 */
export class PrivatePostfix {
  readonly folder: string;
  readonly #listen: readonly string[];
  readonly #namespace: string | undefined;
  #running = false;

  private constructor(options: PrivatePostfixOptions) {
    this.folder = resolve(options.folder);
    this.#listen = [...options.listen, ...networkEndpoints(options.services ?? [])];
    this.#namespace = options.namespace;
  }

  /** Makes the instance's folder. Nothing runs yet. */
  static async create(options: PrivatePostfixOptions): Promise<PrivatePostfix> {
    if (process.getuid?.() !== 0)
      throw new Error("a private Postfix needs root, to deliver mail as another user");
    await runCommand(["postconf", "-d", "mail_version"]);
    const postfix = new PrivatePostfix(options);
    await makePostfixFolder({ ...options, folder: postfix.folder });
    return postfix;
  }

  /** Starts it and waits until every listener takes connections. */
  async start(): Promise<void> {
    // Postfix's scan of its queue takes seconds and finds nothing in a new one; this file skips it once.
    await writeFile(join(this.folder, "queue/quick-start"), "");
    this.#running = true;
    try {
      await this.#control("start");
      await this.#listenersAnswer();
    } catch (error) {
      const reason = /fatal: (.*)/.exec(await this.log())?.[1] ?? String(error);
      await this.stop();
      throw new Error(`the private Postfix does not start: ${reason}`, { cause: error });
    }
  }

  /** Stops it together with all its processes; nothing happens when it does not run. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    await this.#control("stop").catch((error: unknown) => this.#unlessStopped(error));
    this.#running = false;
  }

  /** True while master(8) runs. */
  async isRunning(): Promise<boolean> {
    return this.#control("status").then(
      () => true,
      () => false,
    );
  }

  /** Resolves when at least `count` mails lie in the Maildir, and fails after `deadlineMs`. */
  async waitUntilDelivered(count: number, deadlineMs: number): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    let delivered = (await this.#delivered()).length;
    while (delivered < count) {
      if (Date.now() > deadline) {
        throw new Error(
          `only ${delivered} of ${count} mails were delivered within ${deadlineMs / 1000} s`,
        );
      }
      await pause(POLL_MS);
      delivered = (await this.#delivered()).length;
    }
  }

  /** All delivered mails, in the order of their delivery. */
  async mails(): Promise<readonly DeliveredMail[]> {
    const files = await this.#delivered();
    const mails = await Promise.all(
      files.map(async (file) => {
        const [{ mtimeNs }, text] = await Promise.all([
          stat(file, { bigint: true }),
          readFile(file, "utf8"),
        ]);
        return { file, text, mtimeNs };
      }),
    );
    return mails
      .sort((left, right) => Number(left.mtimeNs - right.mtimeNs))
      .map(({ file, text }) => ({ file, text }));
  }

  /** What Postfix has logged so far; empty before it has started. */
  async log(): Promise<string> {
    return readUnlessMissing(join(this.folder, "log/mail.log"));
  }

  /** Stops it and deletes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    // A process that has just been told to end may still write a last file.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async #control(verb: "start" | "stop" | "status"): Promise<void> {
    await runCommand(
      ["env", "MAIL_LOGTAG=postfix", "postfix", "-c", join(this.folder, "etc"), verb],
      {
        namespace: this.#namespace,
      },
    );
  }

  async #unlessStopped(error: unknown): Promise<void> {
    if (await this.isRunning()) throw error;
  }

  /** A listener is asked from the instance's own namespace, as it may exist only there. */
  async #listenersAnswer(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    for (const endpoint of this.#listen) {
      while (!(await this.#answers(endpoint))) {
        if (Date.now() > deadline) throw new Error(`${endpoint} does not answer`);
        await pause(POLL_MS);
      }
    }
  }

  /** Looks at the kernel's list of listening sockets: a connection would reach the milter, and be a session. */
  async #answers(endpoint: string): Promise<boolean> {
    const listening = await runCommand(["ss", "-H", "-l", "-n", "-t"], {
      namespace: this.#namespace,
    });
    return listening.split("\n").some((row) => row.split(/\s+/)[3] === endpoint);
  }

  async #delivered(): Promise<string[]> {
    const folder = join(this.folder, MAILDIR, "new");
    return (await readdirUnlessMissing(folder)).map((name) => join(folder, name));
  }
}

async function readUnlessMissing(file: string): Promise<string> {
  return (await isThere(file)) ? readFile(file, "utf8") : "";
}

async function readdirUnlessMissing(folder: string): Promise<string[]> {
  return (await isThere(folder)) ? readdir(folder) : [];
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
