import type { Decision } from "../milter/index.ts";

/** The SMTP reply to a mail that is not taken; it bears the queue id, by which the log line is found. */
export function refusal(action: "reject" | "defer", queueId: string): Decision {
  const text = `Message ${queueId} refused: the connection behaves like that of a bulk sender`;
  return action === "reject"
    ? { kind: "reply", code: 550, enhanced: "5.7.1", text }
    : { kind: "reply", code: 451, enhanced: "4.7.1", text: `${text}; try again later` };
}
