import { openLiveCapture } from "../capture.ts";
import type { Settings } from "../config/schema.ts";
import type { Closable } from "../http/routes.ts";
import type { Log } from "../log.ts";
import { socketOptions } from "../socket-options.ts";
import { protectedSpec, readProtection } from "./protection.ts";
import { SensorServer } from "./sensor-server.ts";
import { becomeUser } from "./unprivileged.ts";

const DEFAULT_MODE = 0o660;

/** A running sensor. */
export interface Sensor extends Closable {
  /** Resolves with the reason when an interface is lost to it for good: only a new process can open it again. */
  readonly ended: Promise<string>;
}

/**
 * Builds and joins what `sensor` runs: capture, flow table, and the socket on which they answer. Privileges are given
 * up when all is open, where a user is set.
 */
export async function startSensor(settings: Settings, log: Log): Promise<Sensor> {
  const { sensor } = settings;
  const protection = await readProtection(sensor);
  const spec = protectedSpec(
    sensor.listen,
    { secret: protection.secret, tls: protection.identity?.cert },
    "sensor.certificate and sensor.key",
  );
  const { socketMode = DEFAULT_MODE, socketGroup } = await socketOptions(settings);
  let end: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const capture = await openLiveCapture(settings, log, end);
  const server = new SensorServer({
    flows: capture.flows,
    state: () => ({
      source: capture.description,
      packets: capture.metrics.capturePackets(),
      dropped: capture.metrics.captureDropped() ?? null,
      flows: capture.metrics.openFlows(),
    }),
    protection,
    socket: { socketMode, socketGroup },
    log,
  });
  const close = async (): Promise<void> => {
    await server.close();
    await capture.close();
  };
  try {
    await server.listen(spec);
    if (sensor.user !== undefined) await becomeUser(sensor.user);
  } catch (error) {
    await close();
    throw error;
  }
  log.info("ready", { listen: server.where, source: capture.description, user: sensor.user });
  return { close, ended };
}
