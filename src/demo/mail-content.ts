/** Mails of made-up words, for both classes from the same list: the content must say nothing of the class. */
import type { PlannedMail } from "./mail-plan.ts";
import { oneOf, seededRandom, type Random } from "./seeded-random.ts";

const WORDS = [
  "anchor",
  "bridge",
  "candle",
  "delta",
  "ember",
  "forest",
  "granite",
  "harbour",
  "island",
  "juniper",
  "kettle",
  "lantern",
  "meadow",
  "nutmeg",
  "orchard",
  "pebble",
] as const;

const WORDS_PER_LINE = 10;

/** The message with CRLF, of about `bytes` bytes, without the line that ends it. No line begins with a dot. */
export function mailContent({ id, recipient, bytes }: PlannedMail, sender: string): string {
  const random = seededRandom(bytes, id);
  const lines = [
    `From: <${sender}>`,
    `To: <${recipient}>`,
    `Subject: ${sentence(random, 3)}`,
    `Message-ID: <${id}@example.net>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=us-ascii",
    "",
  ];
  let written = lines.reduce((sum, line) => sum + line.length + 2, 0);
  while (written < bytes) {
    const line = sentence(random, WORDS_PER_LINE);
    lines.push(line);
    written += line.length + 2;
  }
  return lines.map((line) => `${line}\r\n`).join("");
}

function sentence(random: Random, words: number): string {
  return Array.from({ length: words }, () => oneOf(random, WORDS)).join(" ");
}
