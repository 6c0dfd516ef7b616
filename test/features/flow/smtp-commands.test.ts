import { describe, expect, it } from "vitest";
import {
  isAwaited,
  isCommandRefused,
  isIntermediate,
  isPositive,
  smtpCommand,
} from "../../../features/flow/smtp-commands.ts";

describe("smtpCommand", () => {
  it.each([
    ["EHLO mail.example", "restart"],
    ["ehlo mail.example", "restart"],
    ["RSET", "restart"],
    ["MAIL FROM:<>", "mail"],
    ["RCPT TO:<a@b.example>", "recipient"],
    ["data", "data"],
    ["STARTTLS", "starttls"],
    ["AUTH PLAIN", "auth"],
    ["NOOP", "other"],
    ["QUIT ", "other"],
    ["DATAX", "unknown"],
    ["GET / HTTP/1.0", "unknown"],
    ["", "unknown"],
    [" DATA", "unknown"],
    ["constructor", "unknown"],
  ])("takes %o for %s", (line, kind) => {
    expect(smtpCommand(line).kind).toBe(kind);
  });

  it.each([
    ["BDAT 86", 86, false],
    ["BDAT 86 LAST", 86, true],
    ["bdat 0 last", 0, true],
    ["BDAT  86  LAST ", 86, true],
  ])("reads the octets of %o", (line, octets, isLast) => {
    expect(smtpCommand(line)).toEqual({ kind: "chunk", octets, isLast });
  });

  it.each(["BDAT", "BDAT LAST", "BDAT -1", "BDAT 12x", "BDAT 1 FIRST", `BDAT ${"9".repeat(16)}`])(
    "sees no content in %o",
    (line) => {
      expect(smtpCommand(line).kind).toBe("other");
    },
  );
});

describe("what a reply means", () => {
  it.each([
    [250, { positive: true, intermediate: false, commandRefused: false }],
    [354, { positive: false, intermediate: true, commandRefused: false }],
    [503, { positive: false, intermediate: false, commandRefused: true }],
    [550, { positive: false, intermediate: false, commandRefused: false }],
    [452, { positive: false, intermediate: false, commandRefused: false }],
    [421, { positive: false, intermediate: false, commandRefused: false }],
  ])("of %i", (code, expected) => {
    expect({
      positive: isPositive(code),
      intermediate: isIntermediate(code),
      commandRefused: isCommandRefused(code),
    }).toEqual(expected);
  });

  it("is awaited after DATA, STARTTLS and AUTH alone", () => {
    const lines = [
      "DATA",
      "STARTTLS",
      "AUTH LOGIN",
      "MAIL FROM:<>",
      "RCPT TO:<a@b>",
      "BDAT 1",
      "x",
    ];
    expect(lines.filter((line) => isAwaited(smtpCommand(line).kind))).toEqual(lines.slice(0, 3));
  });
});
