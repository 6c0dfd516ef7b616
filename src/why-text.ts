import { FEATURE_TABLE } from "../features/index.ts";
import type { MailRecord } from "./mail-record.ts";

function scoreText(mail: MailRecord): string {
  if (mail.score === null) return `${mail.verdict}, because of: ${mail.reason ?? "unknown"}`;
  const score = mail.score.toFixed(3);
  return `${mail.verdict}: score ${score}, required ${String(mail.required)}, model ${mail.model ?? "none"}`;
}

function clientText({ client }: MailRecord): string {
  return client === null ? "no network peer" : `${client.address} port ${client.port}`;
}

function featureLines({ features }: MailRecord): readonly string[] {
  if (features === undefined) return ["no flow of this client was seen"];
  const width = Math.max(...FEATURE_TABLE.map(({ name }) => name.length));
  return FEATURE_TABLE.map(({ name, unit }) => {
    const value = features[name];
    const shown = value === null || value === undefined ? "not observed" : `${value} ${unit}`;
    return `${name.padEnd(width)}  ${shown}`;
  });
}

/** What is kept of a mail, for a person to read. */
export function explainMail(mail: MailRecord): string {
  const facts = [
    ["id", mail.id],
    ["time", new Date(mail.time * 1000).toISOString()],
    ["queue id", mail.queue_id],
    ["message id", mail.message_id ?? "none"],
    ["client", clientText(mail)],
    ["verdict", scoreText(mail)],
    ["action", mail.action],
  ];
  const head = facts.map(([name = "", value = ""]) => `${name.padEnd(10)}  ${value}`);
  return `${[...head, "", ...featureLines(mail)].join("\n")}\n`;
}
