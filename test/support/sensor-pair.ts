import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FlowObserver } from "../../features/index.ts";
import type { ListenSpec } from "../../milter/index.ts";
import type { SensorProtection } from "../../src/sensor/protection.ts";
import { SensorLink } from "../../src/sensor/sensor-link.ts";
import { SensorServer } from "../../src/sensor/sensor-server.ts";
import { collectedLog } from "./collected-log.ts";

export const OPEN_PROTECTION: SensorProtection = {
  secret: "",
  identity: undefined,
  authority: undefined,
};

export const STATE = { source: "memory on mem0", packets: 7, dropped: null, flows: 2 };

/** Sensors and the ways to them, on sockets of a folder of their own, with all that they log. */
export class SensorPairs {
  readonly #log = collectedLog();
  readonly #closing: (() => Promise<void>)[] = [];
  readonly #folder: string;

  static async create(): Promise<SensorPairs> {
    return new SensorPairs(await mkdtemp(join(tmpdir(), "spamflow-sensor-")));
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  get lines(): readonly string[] {
    return this.#log.lines;
  }

  get folder(): string {
    return this.#folder;
  }

  path(name: string): ListenSpec {
    return { kind: "unix", path: join(this.#folder, name) };
  }

  async server(
    spec: ListenSpec,
    flows: FlowObserver,
    protection = OPEN_PROTECTION,
  ): Promise<SensorServer> {
    const server = new SensorServer({
      flows,
      state: () => STATE,
      protection,
      socket: { socketMode: 0o600, socketGroup: undefined },
      log: this.#log.log,
    });
    await server.listen(spec);
    this.#closing.push(() => server.close());
    return server;
  }

  /** A way to a sensor, once the first attempt has come to an end. */
  async link(
    spec: ListenSpec,
    { secret, authority }: Partial<SensorProtection> = {},
  ): Promise<SensorLink> {
    const link = new SensorLink({ spec, secret: secret ?? "", authority, log: this.#log.log });
    this.#closing.push(() => link.close());
    await link.start();
    return link;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.toReversed()) await close();
    await rm(this.#folder, { recursive: true });
  }
}
