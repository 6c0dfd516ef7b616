import type { CommandModule } from "yargs";
import { LIVE_SOURCES, type LiveSource } from "../../features/index.ts";
import { loadSettings } from "../config/load.ts";
import type { SettingsOverrides } from "../config/schema.ts";
import { daemonLog } from "../daemon-log.ts";
import { startDaemon } from "../daemon.ts";
import { parsePorts } from "../port-list.ts";
import { untilStopped } from "../signals.ts";

interface ServeArguments {
  readonly config: string | undefined;
  readonly listen: string | undefined;
  readonly interface: string | undefined;
  readonly source: "auto" | LiveSource | undefined;
  readonly ports: string | undefined;
  readonly sensor: string | undefined;
  readonly mode: "observe" | "tag" | "enforce" | undefined;
  readonly state: string | undefined;
  readonly model: string | undefined;
  readonly http: string | undefined;
  readonly "score-local": boolean | undefined;
  readonly skipped: "none" | "header" | undefined;
  readonly "log-format": "text" | "json" | undefined;
}

function overrides(args: ServeArguments): SettingsOverrides {
  return {
    listen: args.listen,
    mode: args.mode,
    state: args.state,
    model: args.model,
    http: args.http,
    log: { format: args["log-format"] },
    capture: {
      interface: args.interface,
      source: args.source,
      ports: args.ports === undefined ? undefined : parsePorts(args.ports),
      sensor: args.sensor?.split(","),
    },
    scoring: { local: args["score-local"] },
    header: { skipped: args.skipped },
  };
}

async function serve(args: ServeArguments): Promise<void> {
  const settings = await loadSettings(args.config, overrides(args));
  const log = daemonLog(settings.log.format);
  const daemon = await startDaemon(settings, log);
  const signal = await untilStopped({
    onHangUp: () => {
      void daemon.reload();
    },
  });
  log.info("stopping", { signal });
  await daemon.stop();
  log.info("stopped");
}

export const serveCommand: CommandModule<object, ServeArguments> = {
  command: "serve",
  describe: "The daemon: capture, flow table and milter",
  builder: (args) =>
    args
      .option("config", { type: "string", describe: "configuration file" })
      .option("listen", {
        type: "string",
        describe: "inet:PORT@HOST, inet:HOST:PORT, unix:PATH, fd:N",
      })
      .option("interface", { type: "string", describe: "auto, any, or names with commas" })
      .option("source", {
        choices: ["auto", ...LIVE_SOURCES] as const,
        describe: "how to capture",
      })
      .option("ports", { type: "string", describe: "our mail ports, with commas" })
      .option("sensor", {
        type: "string",
        describe: "ask these sensors instead of capturing: unix:PATH, inet:HOST:PORT, with commas",
      })
      .option("mode", { choices: ["observe", "tag", "enforce"] as const, describe: "what to do" })
      .option("state", { type: "string", describe: "state folder" })
      .option("model", { type: "string", describe: "model file [STATE/model.json]" })
      .option("http", {
        type: "string",
        describe: "health and metrics: inet:HOST:PORT, unix:PATH, none",
      })
      .option("score-local", { type: "boolean", describe: "also score local addresses" })
      .option("skipped", {
        choices: ["none", "header"] as const,
        describe: "header on mails of local and authenticated clients",
      })
      .option("log-format", { choices: ["text", "json"] as const, describe: "form of the log" }),
  handler: serve,
};
