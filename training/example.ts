import { z } from "zod";
import type { Endpoint, FeatureVector, FlowRecord } from "../features/index.ts";
import { firstComplaint } from "./complaint.ts";
import { TrainingError } from "./errors.ts";

/** Number of the shape of an example that this version writes; it reads this one and the earlier ones. */
export const EXAMPLE_SCHEMA = 1;

/**
 * A mail to learn from: what `extract` prints of its flow, and what the mail was. Where the raw `record` is there,
 * features are computed from it at training time, so that a new feature finds its values in old examples too.
 */
export interface Example {
  readonly label: "spam" | "ham";
  /** Who says so: `spamassassin`, `rspamd`, `people` … */
  readonly teacher: string;
  readonly schema: number;
  /** The host that captured the flow. */
  readonly host: string;
  /** The mail's id in its header. */
  readonly id?: string | undefined;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** First and last segment that count, epoch seconds. */
  readonly started: number;
  readonly ended: number;
  readonly complete: boolean;
  readonly features: FeatureVector;
  readonly record?: FlowRecord | undefined;
  /** What our own model had said. */
  readonly score?: number | null | undefined;
  /** When the mail was decided, epoch seconds; `ended` counts where it is not there. */
  readonly time?: number | undefined;
}

/** A name that is safe to print. */
const TEACHER = /^[\w.:@-]{1,64}$/;

const COUNT = z.int().nonnegative();
const ENDPOINT = z.object({ address: z.string().min(1), port: z.int().min(0).max(65_535) });
const MOMENTS = z.object({ count: COUNT, mean: z.number(), m2: z.number() });
const SIDE = z.object({
  packets: COUNT,
  retransmissions: COUNT,
  outOfOrder: COUNT,
  resets: COUNT,
  fins: COUNT,
  syns: COUNT,
  zeroWindows: COUNT,
  zeroWindowProbes: COUNT,
  payloadBytes: COUNT,
  uniqueBytes: COUNT,
  minWindowUnscaled: COUNT.nullable(),
  windowShift: COUNT.nullable(),
  gaps: MOMENTS,
  maxGapNanoseconds: z.number().nullable(),
  maximumSegmentSize: COUNT.nullable(),
  sackPermitted: z.boolean().nullable(),
  timestamps: z.boolean().nullable(),
  hopLimit: COUNT.nullable(),
  dataPackets: COUNT.optional(),
  pushes: COUNT.optional(),
  firstDataBytes: COUNT.nullable().optional(),
  pieces: z.object({ count: COUNT, full: COUNT, squares: z.number() }).optional(),
  maxWindowUnscaled: COUNT.nullable().optional(),
  duplicateAcknowledgments: COUNT.optional(),
  synWindow: COUNT.nullable().optional(),
  windowScale: COUNT.nullable().optional(),
  optionOrder: COUNT.nullable().optional(),
  thoughts: z
    .object({
      count: COUNT,
      meanNanoseconds: z.number(),
      maxNanoseconds: z.number().nullable(),
    })
    .optional(),
});
const NEIGHBOURS = z.object({
  open: COUNT,
  halfOpen: COUNT,
  vanished: COUNT,
  lastAck: COUNT,
  finWait: COUNT,
});
const FLOW = {
  client: ENDPOINT,
  server: ENDPOINT,
  started: z.number(),
  ended: z.number(),
  complete: z.boolean(),
};
const RECORD: z.ZodType<FlowRecord> = z.object({
  ...FLOW,
  handshakeRttNanoseconds: z.number().nullable(),
  rtt: MOMENTS,
  clientSide: SIDE,
  serverSide: SIDE,
  minRttNanoseconds: z.number().nullable().optional(),
  fullPayloadBytes: COUNT.nullable().optional(),
  greetWaitNanoseconds: z.number().nullable().optional(),
  neighbours: NEIGHBOURS.nullable().optional(),
});

/** Teacher, schema and host have defaults: a line of `extract` with a label added by hand is an example too. */
const EXAMPLE = z
  .object({
    label: z.enum(["spam", "ham"]),
    teacher: z.string().regex(TEACHER).default("people"),
    schema: z.int().min(1).max(EXAMPLE_SCHEMA).default(EXAMPLE_SCHEMA),
    host: z.string().default("unknown"),
    id: z.string().optional(),
    ...FLOW,
    features: z.record(z.string(), z.number().nullable()).default({}),
    record: RECORD.optional(),
    score: z.number().min(0).max(1).nullable().optional(),
    time: z.number().optional(),
  })
  .refine(({ features, record }) => record !== undefined || Object.keys(features).length > 0, {
    path: ["features"],
    message: "neither features nor a record to compute them from",
  });

/**
 * Makes an example of parsed JSON; unknown keys are ignored.
 *
 * @param place what stands in front of the message of an error, such as file and line
 * @throws TrainingError `bad-example` with place and key
 */
export function parseExample(json: unknown, place: string): Example {
  const parsed = EXAMPLE.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new TrainingError("bad-example", `${place}: ${firstComplaint(parsed.error)}`);
}
