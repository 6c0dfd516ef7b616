import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mailContent } from "../../../src/demo/mail-content.ts";

const SENDER = "10-99-16-1@example.net";
const MAIL = { id: "first.10-99-16-1.1", recipient: "first@example.com", bytes: 3_000 };

describe("mailContent", () => {
  it("names sender, recipient and the mail's id in the header", () => {
    const [header = "", body = ""] = mailContent(MAIL, SENDER).split("\r\n\r\n");
    expect(header).toContain(`From: <${SENDER}>\r\n`);
    expect(header).toContain("To: <first@example.com>\r\n");
    expect(header).toContain("Message-ID: <first.10-99-16-1.1@example.net>\r\n");
    expect(body.length).toBeGreaterThan(2_000);
  });

  it("is about as long as asked for", () => {
    const sizes = fc.integer({ min: 300, max: 20_000 });
    fc.assert(
      fc.property(sizes, (bytes) => {
        const { length } = mailContent({ ...MAIL, bytes }, SENDER);
        expect(length).toBeGreaterThanOrEqual(bytes);
        expect(length).toBeLessThan(bytes + 120);
      }),
    );
  });

  it("has only short lines of ASCII, ended by CRLF, none of which begins with a dot", () => {
    const content = mailContent(MAIL, SENDER);
    expect(content.endsWith("\r\n")).toBe(true);
    for (const line of content.slice(0, -2).split("\r\n")) {
      expect(line).toMatch(/^(?!\.)[\x20-\x7e]{0,998}$/);
    }
  });

  it("is the same for the same mail, another for another", () => {
    expect(mailContent(MAIL, SENDER)).toBe(mailContent(MAIL, SENDER));
    const other = mailContent({ ...MAIL, id: "first.10-99-16-1.2" }, SENDER);
    expect(other.split("\r\n\r\n")[1]).not.toBe(mailContent(MAIL, SENDER).split("\r\n\r\n")[1]);
  });
});
