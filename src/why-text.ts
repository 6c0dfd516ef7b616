import { FEATURE_TABLE } from "../features/index.ts";
import { type Explanation, probabilityOf, sumOf } from "../training/index.ts";
import type { MailRecord } from "./mail-record.ts";

function scoreText(mail: MailRecord): string {
  if (mail.score === null) return `${mail.verdict}, because of: ${mail.reason ?? "unknown"}`;
  const score = mail.score.toFixed(3);
  return `${mail.verdict}: score ${score}, required ${String(mail.required)}, model ${mail.model ?? "none"}`;
}

function clientText({ client }: MailRecord): string {
  return client === null ? "no network peer" : `${client.address} port ${client.port}`;
}

function featureLines(
  { features }: MailRecord,
  explanation: Explanation | undefined,
): readonly string[] {
  if (features === undefined) return ["no flow of this client was seen"];
  const width = Math.max(...FEATURE_TABLE.map(({ name }) => name.length));
  return FEATURE_TABLE.map(({ name, unit }) => {
    const value = features[name];
    const shown = value === null || value === undefined ? "not observed" : `${value} ${unit}`;
    return `${contributionText(explanation, name)}${name.padEnd(width)}  ${shown}`;
  });
}

const CONTRIBUTION_WIDTH = 7;

/** What a feature has added to the log-odds; nothing where the model that scored the mail is kept no longer. */
function contributionText(explanation: Explanation | undefined, name: string): string {
  if (explanation === undefined) return "";
  const found = explanation.contributions.find(({ feature }) => feature === name);
  return `${signed(found?.logOdds ?? 0).padStart(CONTRIBUTION_WIDTH)}  `;
}

function signed(logOdds: number): string {
  return `${logOdds < 0 ? "" : "+"}${logOdds.toFixed(2)}`;
}

/** How the contributions become the score; `score` may also stand for another share of spam. */
function sumLines(explanation: Explanation | undefined): readonly string[] {
  if (explanation === undefined) return [];
  const [base, sum] = [explanation.base, sumOf(explanation)];
  return [
    "",
    `What each feature added to the log-odds of spam (above zero it spoke for spam): from ${signed(base)}`,
    `for a mail of which nothing is known to ${signed(sum)}, a probability of ${probabilityOf(sum).toFixed(3)}.`,
  ];
}

/** What is kept of a mail, for a person to read; with the explanation where there is one. */
export function explainMail(mail: MailRecord, explanation?: Explanation): string {
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
  const lines = [...head, ...sumLines(explanation), "", ...featureLines(mail, explanation)];
  return `${lines.join("\n")}\n`;
}
