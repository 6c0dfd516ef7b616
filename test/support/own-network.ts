import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import koffi from "koffi";

/** CLONE_NEWNET of the kernel's sched.h. */
const CLONE_NEWNET = 0x40000000;

/**
 * Moves this thread, and all that it opens and starts from now on, into a network namespace of its own, which holds `lo`
 * alone and goes when the process does. Takes root.
 */
export function enterOwnNetwork(): void {
  const unshare = koffi.load(null).func("int unshare(int flags)");
  if (unshare(CLONE_NEWNET) !== 0) throw new Error("unshare failed: these tests need root");
  ip("link set lo up");
}

/** Runs `ip` with arguments that hold no spaces. */
export function ip(command: string): void {
  execFileSync("ip", command.split(" "), { stdio: ["ignore", "ignore", "pipe"] });
}

/** Another namespace: programs run in it through `enter`; it goes with the process that holds it. */
export class PeerNetwork {
  readonly #holder: ChildProcess;

  static async create(): Promise<PeerNetwork> {
    // cat ends with its input, so that nothing is left when the test's process is killed.
    const holder = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"]);
    await once(holder.stdout, "data");
    return new PeerNetwork(holder);
  }

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** The words that start a program in the namespace. */
  get enter(): readonly string[] {
    return ["nsenter", "-t", String(this.#holder.pid), "-n"];
  }

  /** A veth pair: `near` here with `nearAddress`, its peer there as `far`; addresses with prefix length. */
  connect(near: string, nearAddress: string, far: string, farAddress: string): void {
    const [program = "", ...words] = this.enter;
    ip(`link add ${near} type veth peer name ${far}`);
    ip(`link set ${far} netns ${String(this.#holder.pid)}`);
    ip(`address add ${nearAddress} dev ${near}`);
    ip(`link set ${near} up`);
    for (const command of [`address add ${farAddress} dev ${far}`, `link set ${far} up`]) {
      execFileSync(program, [...words, "ip", ...command.split(" ")]);
    }
  }

  close(): void {
    this.#holder.stdin?.end();
  }
}
