/** The header lines of a mail, unfolded. */
export function headersOf(mail: string): readonly string[] {
  const [head = ""] = mail.split("\n\n");
  return head.replaceAll(/\n[ \t]+/g, " ").split("\n");
}

/** Every copy of our header, in whatever case. */
export function ourHeaders(mail: string): readonly string[] {
  return headersOf(mail).filter((line) => /^x-spamflow\s*:/i.test(line));
}

/** The value of `key=` in a header; empty where it is not there. */
export function valueOf(header: string, key: string): string {
  return new RegExp(`\\b${key}=(\\S+)`).exec(header)?.[1] ?? "";
}

/** Three forged copies in odd case, and one header of another filter. */
export const FORGED = [
  "x-spamflow: No, score=0.001 id=000000000000",
  "X-SPAMFLOW: No, score=0.001 id=000000000000",
  "X-Spam-Flag: NO",
  "x-SpamFLOW: No, score=0.001",
] as const;
