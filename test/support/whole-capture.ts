import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export interface CaptureOptions {
  readonly interfaceName: string;
  readonly filter: string;
  readonly file: string;
  /** The words that start a program in the network namespace to capture in. */
  readonly enter?: readonly string[];
}

/** A tcpdump that writes whole packets of an interface to a file, with nanosecond stamps. */
export class WholeCapture {
  readonly file: string;
  readonly #tcpdump: ChildProcess;

  private constructor(file: string, tcpdump: ChildProcess) {
    this.file = file;
    this.#tcpdump = tcpdump;
  }

  /** Resolves when it captures. */
  static async start(options: CaptureOptions): Promise<WholeCapture> {
    const { interfaceName, filter, file, enter = [] } = options;
    const flags = "-p -n -s 0 -B 32768 -U --immediate-mode -Z root --time-stamp-precision=nano";
    const words = ["tcpdump", "-i", interfaceName, ...flags.split(" "), "-w", file, filter];
    const [program = "", ...rest] = [...enter, ...words];
    const tcpdump = spawn(program, rest, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    await new Promise<void>((resolve, reject) => {
      tcpdump.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes("listening on")) resolve();
      });
      tcpdump.once("exit", () => {
        reject(new Error(`tcpdump ended: ${said}`));
      });
    });
    return new WholeCapture(file, tcpdump);
  }

  async stop(): Promise<void> {
    if (this.#tcpdump.exitCode !== null || this.#tcpdump.signalCode !== null) return;
    const exited = once(this.#tcpdump, "exit");
    this.#tcpdump.kill("SIGINT");
    await exited;
  }
}
