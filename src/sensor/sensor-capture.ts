import { CommandError, EXIT } from "../exit-codes.ts";
import type { Capture } from "../capture.ts";
import type { Settings } from "../config/schema.ts";
import type { Log } from "../log.ts";
import { FirstObserver } from "./first-observer.ts";
import { protectedSpec, readProtection } from "./protection.ts";
import type { SensorState } from "./protocol.ts";
import { SensorLink } from "./sensor-link.ts";

/**
 * The capture of other processes: the daemon's own needs no right then. A sensor that is not there costs no mail and no
 * start: it is looked for until it is.
 *
 * @throws CommandError with status 66 or 78 for what the settings lack.
 */
export async function openSensors(settings: Settings, log: Log): Promise<Capture> {
  const protection = await readProtection(settings.sensor);
  const { secret, authority } = protection;
  const links = [settings.capture.sensor ?? []].flat().map((text) => {
    const spec = protectedSpec(text, { secret, tls: authority }, "sensor.authority");
    if (spec.kind === "descriptor") {
      throw new CommandError(
        EXIT.configuration,
        `sensor ${text}: a sensor is found by its address`,
      );
    }
    return new SensorLink({ spec, secret, authority, log });
  });
  await Promise.all(links.map((link) => link.start()));
  const states = (): readonly SensorState[] => links.flatMap(({ state }) => state ?? []);
  const names = links.map(({ name }) => name).join(", ");
  log.info("capture", { source: "sensor", sensors: names, connected: states().length });
  return {
    flows: new FirstObserver(links),
    description: `sensor ${names}`,
    metrics: {
      capturePackets: () => states().reduce((total, { packets }) => total + packets, 0),
      captureDropped: () => dropped(states()),
      openFlows: () => states().reduce((total, { flows }) => total + flows, 0),
      sensors: () =>
        links.map(({ name, state, counts }) => ({
          name,
          isConnected: state !== undefined,
          ...counts,
        })),
    },
    close: async () => {
      await Promise.all(links.map((link) => link.close()));
    },
  };
}

/** Undefined as soon as one sensor cannot tell. */
function dropped(states: readonly SensorState[]): number | undefined {
  return states.reduce<number | undefined>(
    (total, state) =>
      total === undefined || state.dropped === null ? undefined : total + state.dropped,
    0,
  );
}
