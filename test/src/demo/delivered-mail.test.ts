import { describe, expect, it } from "vitest";
import { readDelivered, scoreOf } from "../../../src/demo/delivered-mail.ts";

function mail(...headers: string[]): string {
  const lines = [
    "Return-Path: <10-99-16-7@example.net>",
    "X-Original-To: second@example.com",
    "Delivered-To: second@example.com",
    "Received: from 10-99-16-7.example.net (unknown [10.99.16.7])",
    "\tby mx.example.com (Postfix) with ESMTP id 4F2A",
    ...headers,
    "Message-ID: <second.10-99-16-7.1@example.net>",
    "",
    "X-SpamFlow: this is the body",
    "",
  ];
  return lines.join("\n");
}

describe("readDelivered", () => {
  it("finds batch, planned mail and client", () => {
    expect(readDelivered(mail())).toEqual({
      recipient: "second",
      planned: "second.10-99-16-7.1",
      client: "10.99.16.7",
      spamFlow: [],
    });
  });

  it("unfolds X-SpamFlow headers, in whatever case, and looks at the header alone", () => {
    const folded = "X-SpamFlow: Yes, score=0.973\n\tcapture=complete id=3f9c2a7b51de";
    const { spamFlow } = readDelivered(mail(folded, "x-spamflow: No"));
    expect(spamFlow).toEqual(["Yes, score=0.973 capture=complete id=3f9c2a7b51de", "No"]);
  });

  it("reads IPv6 clients as Postfix writes them", () => {
    const text = mail().replace("[10.99.16.7]", "[IPv6:fd00:99::1:2d]");
    expect(readDelivered(text).client).toBe("fd00:99::1:2d");
  });

  it.each(["X-Original-To", "Message-ID", "Received"])("fails without %s", (name) => {
    const text = mail().replace(`${name}:`, "X-Other:");
    expect(() => readDelivered(text)).toThrow(`no ${name}`);
  });
});

describe("scoreOf", () => {
  it("reads the score of a header", () => {
    expect(scoreOf("Yes, score=0.973 required=0.800")).toBe(0.973);
    expect(scoreOf("No, score=0.000")).toBe(0);
  });

  it.each(["Unknown, reason=warming-up id=3f9c2a7b51de", "Yes, score=9.9", ""])(
    "finds none in %j",
    (header) => {
      expect(scoreOf(header)).toBeNull();
    },
  );
});
