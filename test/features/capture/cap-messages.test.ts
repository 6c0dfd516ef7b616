import { describe, expect, it } from "vitest";
import {
  faultOfMessage,
  lastWords,
  linkTypeNumber,
} from "../../../features/capture/cap-messages.ts";
import { isKnownLinkType } from "../../../features/decode/link.ts";

describe("linkTypeNumber", () => {
  it.each(["NULL", "ETHERNET", "LINKTYPE_LINUX_SLL", "RAW"])(
    "knows %s, and we decode it",
    (name) => {
      const number = linkTypeNumber(name);
      expect(number !== undefined && isKnownLinkType(number)).toBe(true);
    },
  );

  it("does not guess at others", () => {
    expect(linkTypeNumber("IEEE802_11_RADIO")).toBeUndefined();
    expect(linkTypeNumber("Unknown linktype 276")).toBeUndefined();
  });
});

describe("faultOfMessage", () => {
  it.each([
    ["socket: Operation not permitted", "not-permitted"],
    ["You don't have permission to perform this capture on that device", "not-permitted"],
    ["No such device exists", "no-such-interface"],
    ["That device is not up", "not-available"],
    ["", "not-available"],
  ] as const)("%j is %s", (message, fault) => {
    expect(faultOfMessage(message)).toBe(fault);
  });
});

describe("lastWords", () => {
  it.each([
    [
      "an assertion",
      "Warning: x\nnode: binding.cc:190: Assertion `status == 0' failed.\n",
      /^node.*failed\.$/,
    ],
    [
      "a thrown error",
      "node:internal:1\n  throw err;\n\nError: Cannot find\n    at Module\n",
      /^Error: C/,
    ],
    ["what else there is", "one\ntwo\n\n", /^two$/],
    ["nothing", "", /^$/],
  ])("is %s", (_, errorOutput, expected) => {
    expect(lastWords(errorOutput)).toMatch(expected);
  });
});
