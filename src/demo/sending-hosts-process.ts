/** Plays all sending hosts: a process inside their namespace, each connection bound to its host's address. */
import { setTimeout as pause } from "node:timers/promises";
import { obeyParent } from "./child-program.ts";
import type { SenderOrder, SenderReport } from "./lab-messages.ts";
import type { PlannedConnection } from "./mail-plan.ts";
import { sendMails } from "./smtp-client.ts";

async function obey(order: SenderOrder, report: (report: SenderReport) => void): Promise<void> {
  await Promise.all(order.connections.map(async (connection) => play(connection, order, report)));
  report({ kind: "finished" });
}

async function play(
  connection: PlannedConnection,
  { server4, server6, port }: SenderOrder,
  report: (report: SenderReport) => void,
): Promise<void> {
  const pending = new Set(connection.mails.map(({ id }) => id));
  const host = connection.address.includes(":") ? server6 : server4;
  await pause(connection.startMs);
  try {
    await sendMails(connection, { host, port }, ({ id }) => {
      pending.delete(id);
      report({ kind: "accepted", mail: id });
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    for (const mail of pending) report({ kind: "unsent", mail, reason });
  }
}

obeyParent(obey);
