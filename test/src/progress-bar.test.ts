import { describe, expect, it } from "vitest";
import { ProgressBar } from "../../src/progress-bar.ts";

function barOf(total: number, isTTY: boolean) {
  const written: string[] = [];
  const clock = { now: 0 };
  const terminal = { isTTY, write: (text: string) => written.push(text) };
  return { written, clock, bar: new ProgressBar(total, terminal, () => clock.now) };
}

describe("ProgressBar", () => {
  it("shows the share that has come, on one line", () => {
    const { written, clock, bar } = barOf(200, true);
    bar.add(50);
    clock.now = 150;
    bar.add(100);
    expect(written).toEqual([
      `\r[${"#".repeat(7)}${" ".repeat(23)}]  25 %`,
      `\r[${"#".repeat(22)}${" ".repeat(8)}]  75 %`,
    ]);
    bar.clear();
    expect(written.at(-1)).toBe("\r\u001B[K");
  });

  it("is drawn no more than ten times a second, and cleared only where it was drawn", () => {
    const { written, clock, bar } = barOf(1_000, true);
    for (clock.now = 0; clock.now < 1_000; clock.now += 10) bar.add(10);
    expect(written).toHaveLength(10);
    bar.clear();
    bar.clear();
    expect(written).toHaveLength(11);
  });

  it("never says more than all", () => {
    const { written, bar } = barOf(10, true);
    bar.add(50);
    expect(written[0]).toMatch(/100 %$/);
  });

  it.each([
    ["no terminal", 100, false],
    ["a total that is not known", 0, true],
  ])("is silent with %s", (_, total, isTTY) => {
    const { written, bar } = barOf(total, isTTY);
    bar.add(50);
    bar.clear();
    expect(written).toEqual([]);
  });
});
