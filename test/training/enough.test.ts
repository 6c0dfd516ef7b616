import { describe, expect, it } from "vitest";
import { requireEnough } from "../../training/enough.ts";
import { tableFrom } from "./tables.ts";

function tableOf(spam: number, ham: number) {
  const labels = [...Array<number>(spam).fill(1), ...Array<number>(ham).fill(0)];
  return tableFrom({ a: labels }, labels);
}

describe("requireEnough", () => {
  it("takes twenty examples with ten of each class", () => {
    expect(() => {
      requireEnough(tableOf(10, 10));
    }).not.toThrow();
  });

  it.each([
    [0, 0, /no example/],
    [30, 0, /^all 30 examples are spam/],
    [9, 100, /^109 examples \(9 spam, 100 ham\): learning needs 20, and 10 of each class$/],
    [100, 9, /^109 examples \(100 spam, 9 ham\)/],
    [10, 9, /^19 examples/],
  ])("refuses %i spam and %i ham", (spam, ham, message) => {
    expect(() => {
      requireEnough(tableOf(spam, ham));
    }).toThrow(
      expect.objectContaining({
        fault: "not-enough",
        message: expect.stringMatching(message) as unknown,
      }),
    );
  });
});
