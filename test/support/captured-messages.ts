import { setTimeout as pause } from "node:timers/promises";
import type { ExtractedFlow } from "../../features/index.ts";
import { spamflow } from "./spamflow-process.ts";

const DEADLINE_MS = 10_000;
const POLL_MS = 50;

export interface WantedMessages {
  /** The server's port. */
  readonly port: number;
  /** Port of the client whose messages are wanted; all clients' where it is left out. */
  readonly clientPort?: number;
  /** How many there are. */
  readonly count: number;
}

/** What `extract` makes of messages in a capture that goes on, once it holds as many as there are. */
export async function capturedMessages(
  file: string,
  { port, clientPort, count }: WantedMessages,
): Promise<readonly ExtractedFlow[]> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const { stdout } = await spamflow([
      "extract",
      "--ports",
      String(port),
      "--cut",
      "message",
      file,
    ]);
    const lines = stdout.split("\n").filter((line) => line !== "");
    const messages = lines
      .map((line) => JSON.parse(line) as ExtractedFlow)
      .filter(({ client }) => clientPort === undefined || client.port === clientPort);
    if (messages.length >= count || performance.now() > deadline) return messages;
    await pause(POLL_MS);
  }
}
