import { describe, expect, it } from "vitest";

import { formatReply, type ReplyFields } from "../../milter/reply-text.ts";

describe("formatReply", () => {
  it.each<[string, ReplyFields, string]>([
    ["one line", { code: 550, enhanced: "5.7.1", text: "no" }, "550 5.7.1 no"],
    ["no enhanced code", { code: 451, text: "later" }, "451 later"],
    ["an empty text", { code: 421, text: "" }, "421 "],
    ["several lines", { code: 550, text: ["a", "b", "c"] }, "550-a\r\n550-b\r\n550 c"],
    ["ends of line within", { code: 550, text: "a\nb\r\nc" }, "550-a\r\n550-b\r\n550 c"],
    ["a per cent sign", { code: 550, text: "100% sure" }, "550 100%% sure"],
    [
      "several lines with enhanced code",
      { code: 550, enhanced: "5.7.1", text: ["a", "b"] },
      "550-5.7.1 a\r\n550 5.7.1 b",
    ],
  ])("writes %s", (_, fields, text) => {
    expect(formatReply(fields)).toBe(text);
  });

  it.each<[string, ReplyFields, string]>([
    ["a code below 400", { code: 399, text: "" }, "reply code 399"],
    ["a code above 599", { code: 600, text: "" }, "reply code 600"],
    ["half a code", { code: 450.5, text: "" }, "reply code 450.5"],
    ["a bad enhanced code", { code: 550, enhanced: "5.7", text: "" }, "enhanced code 5.7"],
    ["another class", { code: 550, enhanced: "4.7.1", text: "" }, "is not of the class of 550"],
    ["a NUL", { code: 550, text: "a\0b" }, "not printable ASCII"],
    ["other letters", { code: 550, text: "ä" }, "not printable ASCII"],
  ])("refuses %s", (_, fields, problem) => {
    expect(() => formatReply(fields)).toThrow(problem);
  });

  it("takes 32 lines of 980 bytes, and not one more of either", () => {
    const lines = Array.from({ length: 32 }, () => "x".repeat(980));
    expect(formatReply({ code: 550, text: lines }).split("\r\n")).toHaveLength(32);
    expect(() => formatReply({ code: 550, text: [...lines, "x"] })).toThrow("33 lines");
    expect(() => formatReply({ code: 550, text: "x".repeat(981) })).toThrow("longer than 980");
  });
});
