import { z } from "zod";
import { commandWords, LIVE_SOURCES, MAX_SNAP_LENGTH, SNAP_LENGTH } from "../../features/index.ts";

const probability = z.number().min(0).max(1);

/** A command in one string, which must have all its quotes. */
const commandLine = z.string().superRefine((line, context) => {
  try {
    commandWords(line);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

/**
 * Every setting with its default, limits and meaning. `config init`, `config dump` and docs/configuration.md are made
 * from this, so none of them can differ from what the daemon does. Unknown keys are errors.
 */
export const settingsSchema = z.strictObject({
  listen: z
    .string()
    .default("inet:127.0.0.1:6785")
    .describe(
      "Where Postfix finds the milter: inet:HOST:PORT or inet:PORT@HOST, inet6:PORT@[HOST], unix:PATH or local:PATH, fd:N for a descriptor that was passed.",
    ),
  mode: z
    .enum(["observe", "tag", "enforce"])
    .default("tag")
    .describe(
      "observe only logs and deletes forged headers, tag adds the header, enforce also rejects.",
    ),
  state: z
    .string()
    .min(1)
    .default("/var/lib/spamflow")
    .describe("Folder of what the daemon keeps: the mails it judged and the model."),
  model: z
    .string()
    .min(1)
    .optional()
    .describe("The model file; model.json in the state folder where unset."),
  http: z
    .string()
    .min(1)
    .default("inet:127.0.0.1:6786")
    .describe(
      "Where health and metrics are served over HTTP, as in listen; none switches them off.",
    ),
  log: z
    .strictObject({
      format: z
        .enum(["text", "json"])
        .default("text")
        .describe("Lines for people and syslog, or one JSON object per line."),
    })
    .prefault({}),
  socket: z
    .strictObject({
      mode: z
        .string()
        .regex(/^0?[0-7]{3}$/, "must be an octal file mode such as 0660")
        .default("0660")
        .describe("File mode of a unix socket."),
      group: z
        .string()
        .min(1)
        .optional()
        .describe(
          "Group of a unix socket, which Postfix's smtpd must be able to write to; postfix where unset and there is such a group that we may give it.",
        ),
    })
    .prefault({}),
  capture: z
    .strictObject({
      interface: z
        .string()
        .min(1)
        .default("auto")
        .describe(
          "auto (those that bear the addresses smtpd listens on), any, or names separated by commas.",
        ),
      source: z
        .enum(["auto", ...LIVE_SOURCES])
        .default("auto")
        .describe("How packets are captured; auto takes the first that works."),
      command: z
        .union([commandLine, z.array(z.string()).min(1)])
        .optional()
        .describe(
          "Program of source command that writes a capture to its standard output: a list of words, or a line that is cut as a shell would, without a shell. {interface}, {filter}, {snap} and {ring} (KiB) are filled in; tcpdump where unset.",
        ),
      ring_mib: z
        .int()
        .min(1)
        .max(1_024)
        .optional()
        .describe("MiB of the kernel's ring for each interface; 10 where unset, 64 for cap."),
      snap_length: z
        .int()
        .min(SNAP_LENGTH)
        .max(MAX_SNAP_LENGTH)
        .default(SNAP_LENGTH)
        .describe("Bytes kept of each packet: 128 hold all headers; tunnels take more."),
      sensor: z
        .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(16)])
        .optional()
        .describe(
          "Sensors that are asked for the flows, in place of a capture by the daemon itself: unix:PATH or inet:HOST:PORT, one or a list.",
        ),
      ports: z
        .array(z.int().min(1).max(65_535))
        .min(1)
        .max(16)
        .default([25])
        .describe("TCP ports of our own mail server whose connections are watched."),
      flows: z
        .int()
        .min(1_000)
        .max(10_000_000)
        .default(100_000)
        .describe(
          "Connections remembered at a time; beyond it the one silent longest is forgotten.",
        ),
    })
    .prefault({}),
  sensor: z
    .strictObject({
      listen: z
        .string()
        .min(1)
        .default("unix:/run/spamflow/sensor.sock")
        .describe("Where the command sensor answers: unix:PATH, inet:HOST:PORT or fd:N."),
      user: z
        .string()
        .min(1)
        .optional()
        .describe(
          "User that the command sensor becomes when all is open. An interface that goes away cannot be opened again then.",
        ),
      secret_file: z
        .string()
        .min(1)
        .optional()
        .describe(
          "File with the secret that sensor and daemon share, 16 characters or more; needed where they are on different hosts.",
        ),
      certificate: z
        .string()
        .min(1)
        .optional()
        .describe("PEM file with the sensor's certificate: over TCP it then speaks TLS."),
      key: z.string().min(1).optional().describe("PEM file with the key of sensor.certificate."),
      authority: z
        .string()
        .min(1)
        .optional()
        .describe(
          "PEM file with what signed the sensors' certificates, or with these themselves: over TCP the daemon then speaks TLS.",
        ),
    })
    .prefault({}),
  scoring: z
    .strictObject({
      required: probability
        .optional()
        .describe(
          "Score from which a mail counts as spam; the model's own threshold where unset, 0.8 where it has none.",
        ),
      local: z
        .boolean()
        .default(false)
        .describe("Also score clients with loopback, private and link-local addresses."),
    })
    .prefault({}),
  header: z
    .strictObject({
      skipped: z
        .enum(["none", "header"])
        .default("none")
        .describe(
          "Whether mails of local and authenticated clients get an Unknown header or none.",
        ),
    })
    .prefault({}),
  enforce: z
    .strictObject({
      reject_above: probability
        .optional()
        .describe(
          "In mode enforce: mails with this score or more are rejected with 550 5.7.1; where unset 0.99 or the model's threshold, the higher one, and without a threshold the daemon does not start.",
        ),
      defer_above: probability
        .optional()
        .describe(
          "In mode enforce: mails with this score or more, but below reject_above, get 451 4.7.1.",
        ),
      let_through: probability
        .default(0.01)
        .describe(
          "Share of the mails to be refused that is let through tagged, so that other filters still see such mail.",
        ),
    })
    .prefault({}),
});

export type Settings = z.infer<typeof settingsSchema>;

/** What the command line sets over the file: the same shape, each member optional. */
export type SettingsOverrides = z.input<typeof settingsSchema>;

export interface SettingRow {
  /** Dotted path in the file, such as `capture.ports`. */
  readonly key: string;
  readonly meaning: string;
  /** Undefined where the setting is unset unless configured. */
  readonly defaultValue: unknown;
}

/** Every setting in the order of the schema. */
export function settingRows(): readonly SettingRow[] {
  const defaults: Readonly<Record<string, unknown>> = settingsSchema.parse({});
  return Object.entries(settingsSchema.shape).flatMap(([name, field]) => {
    const section = field instanceof z.ZodPrefault ? field.unwrap() : undefined;
    if (!(section instanceof z.ZodObject)) return [row(name, field, defaults[name])];
    const values = defaults[name] as Readonly<Record<string, unknown>>;
    return Object.entries(section.shape).map(([key, inner]) =>
      row(`${name}.${key}`, inner as z.ZodType, values[key]),
    );
  });
}

function row(key: string, field: z.ZodType, defaultValue: unknown): SettingRow {
  return { key, meaning: describe(field), defaultValue };
}

/** The description stands on whichever wrapper it was given to: optional() and default() wrap what is described. */
function describe(field: z.ZodType): string {
  return field.description ?? "";
}
