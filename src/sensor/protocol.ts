import { z } from "zod";
import type { FlowRecord } from "../../features/index.ts";
import { EXAMPLE_SCHEMA } from "../../training/index.ts";

/**
 * What a sensor and its clients say to each other: JSON objects, one a line, over a unix socket, TCP or TLS.
 * docs/capture.md describes it. The sensor greets; the client answers with its proof; the sensor welcomes it with its own.
 * Then the client asks, as much at a time as it likes, and each answer bears the number of its question.
 */
export const PROTOCOL_VERSION = 1;

/** The shape of the flow records: sensor and client must agree on it, or a feature would be made of what is not there. */
export const RECORD_SHAPE = EXAMPLE_SCHEMA;

/** Longest lines of each direction: a question is two endpoints, an answer a flow record. */
export const MAX_QUESTION_BYTES = 1_024;
export const MAX_ANSWER_BYTES = 65_536;

/** Time for greeting, proof and welcome. */
export const GREETING_MILLISECONDS = 5_000;

const NONCE = z.string().regex(/^[0-9a-f]{64}$/);
const PROOF = z.string().regex(/^[0-9a-f]{64}$/);
const ENDPOINT = z.object({
  address: z.string().min(1).max(100),
  port: z.int().min(0).max(65_535),
});
const ID = z.int().nonnegative();

const greeting = z.object({
  sensor: z.literal("spamflow"),
  version: z.int(),
  record: z.int(),
  nonce: NONCE,
});
const hello = z.object({ version: z.int(), nonce: NONCE, proof: PROOF });
const welcome = z.union([z.object({ proof: PROOF }), z.object({ refused: z.string().max(200) })]);

const question = z.discriminatedUnion("ask", [
  z.object({ id: ID, ask: z.literal("flow"), client: ENDPOINT, server: ENDPOINT.optional() }),
  z.object({ id: ID, ask: z.literal("state") }),
]);

/** The record itself is the sensor's word: what holds for records is checked where they are kept. */
const record = z.custom<FlowRecord>(
  (value) =>
    typeof value === "object" && value !== null && "clientSide" in value && "serverSide" in value,
);
const COUNT = z.number().nonnegative();
const answer = z.discriminatedUnion("kind", [
  z.object({ id: ID, kind: z.literal("flow"), record }),
  z.object({ id: ID, kind: z.literal("no-flow") }),
  z.object({ id: ID, kind: z.literal("partial"), record: record.optional() }),
  z.object({
    id: ID,
    kind: z.literal("state"),
    source: z.string().max(1_000),
    packets: COUNT,
    /** Null where no source can tell. */
    dropped: COUNT.nullable(),
    flows: COUNT,
  }),
  /** The sensor has too many questions of this client. */
  z.object({ id: ID, kind: z.literal("busy") }),
]);

export type Greeting = z.infer<typeof greeting>;
export type Hello = z.infer<typeof hello>;
export type Welcome = z.infer<typeof welcome>;
export type Question = z.infer<typeof question>;
export type Answer = z.infer<typeof answer>;
/** What a sensor tells of its capture. */
export type SensorState = Omit<Extract<Answer, { kind: "state" }>, "id" | "kind">;

/** The other side does not speak as agreed; the connection is of no more use. */
export class SensorProtocolError extends Error {
  override readonly name = "SensorProtocolError";
}

/** One line of each kind, read; each throws SensorProtocolError for any other line. */
export const readGreeting = reader("greeting", greeting);
export const readHello = reader("hello", hello);
export const readWelcome = reader("welcome", welcome);
export const readQuestion = reader("question", question);
export const readAnswer = reader("answer", answer);

/** A line for the wire. */
export function lineOf(value: Greeting | Hello | Welcome | Question | Answer): string {
  return `${JSON.stringify(value)}\n`;
}

function reader<T>(what: string, schema: z.ZodType<T>): (line: string) => T {
  return (line) => {
    const result = schema.safeParse(json(line, what));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const place = issue?.path.map(String).join(".") ?? "";
    throw new SensorProtocolError(
      `no ${what}: ${place === "" ? "" : `${place}: `}${issue?.message ?? ""}`,
    );
  };
}

function json(line: string, what: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new SensorProtocolError(`no ${what}: not JSON: ${JSON.stringify(line.slice(0, 40))}`);
  }
}
