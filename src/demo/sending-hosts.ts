/** The sending hosts as the demo sees them: a plan goes in, what became of each mail comes out. */
import { ChildProgram } from "./child-program.ts";
import { unlessInterrupted } from "./clean-up.ts";
import type { SenderOrder, SenderReport } from "./lab-messages.ts";
import type { PlannedConnection } from "./mail-plan.ts";
import { MX_ADDRESS, MX_ADDRESS_6 } from "./network-lab.ts";
import { builtProgram } from "./project-files.ts";

const SMTP_PORT = 25;

export interface SentBatch {
  /** Ids of the mails that the server took. */
  readonly accepted: readonly string[];
  /** Mails that could not be sent, with the reason. */
  readonly unsent: readonly { readonly mail: string; readonly reason: string }[];
}

export interface SendOptions {
  /** The hosts' namespace. */
  readonly namespace: string;
  readonly connections: readonly PlannedConnection[];
  /** Told how many mails the server has taken so far. */
  readonly onProgress: (accepted: number) => void;
  readonly interruption: AbortSignal;
}

/** Sends a batch; resolves when every connection has ended. */
export async function sendBatch(options: SendOptions): Promise<SentBatch> {
  const accepted: string[] = [];
  const unsent: { mail: string; reason: string }[] = [];
  let hosts: ChildProgram<SenderOrder, SenderReport> | undefined;
  const finished = new Promise<void>((resolve, reject) => {
    const onReport = (report: SenderReport): void => {
      if (report.kind === "unsent") unsent.push(report);
      if (report.kind === "accepted") options.onProgress(accepted.push(report.mail));
      if (report.kind === "finished") resolve();
    };
    const file = builtProgram("demo/sending-hosts-process");
    const { namespace } = options;
    hosts = new ChildProgram({ file, namespace, onReport, onFailure: reject });
    hosts.send({ ...destination, kind: "send", connections: options.connections });
  });
  try {
    await unlessInterrupted(finished, options.interruption);
    return { accepted, unsent };
  } finally {
    await hosts?.stop();
  }
}

const destination = { server4: MX_ADDRESS, server6: MX_ADDRESS_6, port: SMTP_PORT };
