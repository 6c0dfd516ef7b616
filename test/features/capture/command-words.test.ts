import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commandWords,
  filledWords,
  namesInterface,
  TCPDUMP_WORDS,
} from "../../../features/capture/command-words.ts";

const PLACES = { interface: "eth0", filter: "tcp port 25", snap: "128", ring: "8192" };

describe("commandWords", () => {
  it.each([
    ["ssh gw tcpdump", ["ssh", "gw", "tcpdump"]],
    ["  a\t b\n", ["a", "b"]],
    [`ssh gw "tcpdump -w - '{filter}'"`, ["ssh", "gw", "tcpdump -w - '{filter}'"]],
    [`'a b'c"d e"`, ["a bcd e"]],
    [`a\\ b \\'`, ["a b", "'"]],
    [`"a \\"b\\" \\n \\\\"`, [`a "b" \\n \\`]],
    [`'it is \\n'`, ["it is \\n"]],
    [`'' ""`, ["", ""]],
    ["a $HOME *.c | b; c", ["a", "$HOME", "*.c", "|", "b;", "c"]],
  ])("cuts %s", (line, words) => {
    expect(commandWords(line)).toEqual(words);
  });

  it.each([
    ["tcpdump 'a b", /character 9/],
    [`a "b`, /character 3/],
    ["a b\\", /character 4/],
    ["  ", /no word/],
    ["", /no word/],
    ["x ".repeat(201), /more than 200 words/],
  ])("refuses %j", (line, message) => {
    expect(() => commandWords(line)).toThrow(message);
  });

  it("takes each word back that was put in single quotes", () => {
    const word = fc.string().map((text) => text.replaceAll("'", ""));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 10 }), (words) => {
        expect(commandWords(words.map((text) => `'${text}'`).join(" "))).toEqual(words);
      }),
    );
  });
});

describe("filledWords", () => {
  it("fills in what is named, also within a word, and leaves other braces alone", () => {
    const words = ["-i{interface}", "{filter}", "{print}", "{snap}/{ring}", "{__proto__}"];
    expect(filledWords(words, PLACES)).toEqual([
      "-ieth0",
      "tcp port 25",
      "{print}",
      "128/8192",
      "{__proto__}",
    ]);
  });

  it("makes of tcpdump's words a command without a place left", () => {
    expect(filledWords(TCPDUMP_WORDS, PLACES).join(" ")).toBe(
      "tcpdump -i eth0 -p -n -s 128 -B 8192 -U --immediate-mode --time-stamp-precision=nano -w - tcp port 25",
    );
  });
});

describe("namesInterface", () => {
  it("tells a command for each interface from one for all", () => {
    expect(namesInterface(TCPDUMP_WORDS)).toBe(true);
    expect(namesInterface(["ssh", "gw", "tcpdump -i eth0"])).toBe(false);
  });
});
