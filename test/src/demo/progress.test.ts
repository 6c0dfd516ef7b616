import { describe, expect, it } from "vitest";
import { Progress } from "../../../src/demo/progress.ts";

function progressTo(isTTY: boolean): { progress: Progress; written: () => string } {
  let text = "";
  const output = { isTTY, write: (part: string) => (text += part) };
  return { progress: new Progress(output), written: () => text };
}

function countTo(progress: Progress, total: number): void {
  for (let done = 1; done <= total; done++) progress.count("mails", done, total);
}

describe("Progress", () => {
  it("writes a line at each quarter where there is no terminal", () => {
    const { progress, written } = progressTo(false);
    progress.say("First");
    countTo(progress, 8);
    progress.say("Second");
    const quarters = [2, 4, 6, 8].map((done) => `  mails: ${done} of 8\n`).join("");
    expect(written()).toBe(`First\n${quarters}Second\n`);
  });

  it("counts anew after each line", () => {
    const { progress, written } = progressTo(false);
    countTo(progress, 1);
    progress.say("Second");
    countTo(progress, 1);
    expect(written()).toBe("  mails: 1 of 1\nSecond\n  mails: 1 of 1\n");
  });

  it("counts in place on a terminal, and ends that line before the next", () => {
    const { progress, written } = progressTo(true);
    countTo(progress, 2);
    progress.say("Second");
    expect(written()).toBe("\r  mails: 1 of 2\r  mails: 2 of 2\nSecond\n");
  });

  it("survives a total of nothing", () => {
    const { progress, written } = progressTo(false);
    progress.count("mails", 0, 0);
    expect(written()).toBe("  mails: 0 of 0\n");
  });
});
