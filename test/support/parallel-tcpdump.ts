import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readCapture } from "../../features/capture/read-capture.ts";
import { plain, type PlainFrame } from "./plain-frame.ts";

const POLL_MILLISECONDS = 20;
const DEADLINE_MILLISECONDS = 10_000;

/** A tcpdump beside the capture under test: the truth of what passed the interface, with nanosecond stamps. */
export class ParallelTcpdump {
  readonly #tcpdump: ChildProcess;
  readonly #folder: string;

  /** Resolves when it captures. */
  static async start(interfaceName: string, filter: string): Promise<ParallelTcpdump> {
    const folder = await mkdtemp(join(tmpdir(), "spamflow-tcpdump-"));
    const words = `-i ${interfaceName} -p -n -s 128 -B 32768 -U --immediate-mode -Z root`;
    const precision = "--time-stamp-precision=nano";
    const tcpdump = spawn(
      "tcpdump",
      [...words.split(" "), precision, "-w", join(folder, "truth.pcap"), filter],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    await new Promise<void>((resolve, reject) => {
      let said = "";
      tcpdump.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes("listening on")) resolve();
      });
      tcpdump.on("error", reject).on("exit", () => {
        reject(new Error(`tcpdump ended: ${said}`));
      });
    });
    return new ParallelTcpdump(tcpdump, folder);
  }

  private constructor(tcpdump: ChildProcess, folder: string) {
    this.#tcpdump = tcpdump;
    this.#folder = folder;
  }

  /** All frames, once there are at least `count` of them; ends the program. */
  async frames(count: number): Promise<PlainFrame[]> {
    const deadline = performance.now() + DEADLINE_MILLISECONDS;
    let frames = await this.#written();
    while (frames.length < count && performance.now() < deadline) {
      await pause(POLL_MILLISECONDS);
      frames = await this.#written();
    }
    await this.stop();
    return frames;
  }

  async stop(): Promise<void> {
    if (this.#tcpdump.exitCode === null && this.#tcpdump.signalCode === null) {
      const exited = once(this.#tcpdump, "exit");
      this.#tcpdump.kill("SIGINT");
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The frames in the file so far; it may end in the middle of one. */
  async #written(): Promise<PlainFrame[]> {
    const frames: PlainFrame[] = [];
    await readCapture(join(this.#folder, "truth.pcap"), (frame) => frames.push(plain(frame))).catch(
      () => undefined,
    );
    return frames;
  }
}
