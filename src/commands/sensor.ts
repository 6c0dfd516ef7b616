import type { CommandModule } from "yargs";
import { LIVE_SOURCES, type LiveSource } from "../../features/index.ts";
import { loadSettings } from "../config/load.ts";
import type { SettingsOverrides } from "../config/schema.ts";
import { daemonLog } from "../daemon-log.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { parsePorts } from "../port-list.ts";
import { startSensor } from "../sensor/sensor-daemon.ts";
import { untilStopped } from "../signals.ts";

interface SensorArguments {
  readonly config: string | undefined;
  readonly listen: string | undefined;
  readonly interface: string | undefined;
  readonly source: "auto" | LiveSource | undefined;
  readonly ports: string | undefined;
  readonly user: string | undefined;
  readonly "log-format": "text" | "json" | undefined;
}

function overrides(args: SensorArguments): SettingsOverrides {
  return {
    log: { format: args["log-format"] },
    capture: {
      interface: args.interface,
      source: args.source,
      ports: args.ports === undefined ? undefined : parsePorts(args.ports),
    },
    sensor: { listen: args.listen, user: args.user },
  };
}

async function sensor(args: SensorArguments): Promise<void> {
  const settings = await loadSettings(args.config, overrides(args));
  const log = daemonLog(settings.log.format);
  const running = await startSensor(settings, log);
  const stopped = untilStopped({ onHangUp: () => undefined });
  const signal = await Promise.race([stopped, running.ended.then(() => undefined)]);
  log.info("stopping", { signal });
  await running.close();
  log.info("stopped");
  // With another status than 0, so that who supervises it starts it anew, with its rights.
  if (signal === undefined) throw new CommandError(EXIT.unavailable, await running.ended);
}

export const sensorCommand: CommandModule<object, SensorArguments> = {
  command: "sensor",
  describe: "Capture and flow table only, answers look-ups of serve --sensor",
  builder: (args) =>
    args
      .option("config", { type: "string", describe: "configuration file" })
      .option("listen", { type: "string", describe: "unix:PATH, inet:HOST:PORT, fd:N" })
      .option("interface", { type: "string", describe: "auto, any, or names with commas" })
      .option("source", { choices: ["auto", ...LIVE_SOURCES] as const, describe: "how to capture" })
      .option("ports", { type: "string", describe: "ports of the mail servers, with commas" })
      .option("user", { type: "string", describe: "user to become when all is open" })
      .option("log-format", { choices: ["text", "json"] as const, describe: "form of the log" }),
  handler: sensor,
};
