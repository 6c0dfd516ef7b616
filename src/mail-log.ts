import type { Resolution } from "./action.ts";
import { isSpam, thousandths } from "./header.ts";
import type { Judgement, SmtpClient } from "./judgement.ts";
import type { LogFields } from "./log.ts";
import { packetsOf } from "./mail-record.ts";

export interface LoggedMail {
  readonly client: SmtpClient;
  readonly sender: string;
  readonly messageId: string | undefined;
  readonly judgement: Judgement;
  readonly resolution: Resolution;
  readonly id: string;
  readonly seconds: number;
}

/** `host[address]:port`, as Postfix writes clients. */
function clientText({ hostname, endpoint }: SmtpClient): string {
  return endpoint === undefined ? hostname : `${hostname}[${endpoint.address}]:${endpoint.port}`;
}

function judgementFields(judgement: Judgement): LogFields {
  if (judgement.kind === "unknown") return { verdict: "Unknown", reason: judgement.reason };
  const { score, required, model, record } = judgement;
  return {
    verdict: isSpam(score, required) ? "Yes" : "No",
    score: (thousandths(score) / 1000).toFixed(3),
    required: required.toFixed(3),
    model,
    capture: "complete",
    packets: packetsOf(record),
    retrans: record.clientSide.retransmissions,
  };
}

/** The fields of a mail's one log line, in the order in which they are written. */
export function mailLogFields(mail: LoggedMail): LogFields {
  return {
    client: clientText(mail.client),
    ...judgementFields(mail.judgement),
    action: mail.resolution.action,
    would: mail.resolution.would,
    id: mail.id,
    from: mail.sender,
    msgid: mail.messageId === undefined ? undefined : `<${mail.messageId}>`,
    t: `${(mail.seconds * 1000).toFixed(1)}ms`,
  };
}
