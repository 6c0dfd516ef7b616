import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogLines } from "../../src/log-lines.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function collected(): { readonly lines: LogLines; readonly writes: string[] } {
  const writes: string[] = [];
  return { lines: new LogLines((text) => writes.push(text)), writes };
}

describe("LogLines", () => {
  it("writes the lines of a burst in one piece and in order", () => {
    const { lines, writes } = collected();
    lines.add("one\n");
    lines.add("two\n");
    expect(writes).toEqual([]);
    vi.runAllTimers();
    expect(writes).toEqual(["one\ntwo\n"]);
  });

  it("writes a line that comes alone soon, and again the next one", () => {
    const { lines, writes } = collected();
    lines.add("one\n");
    vi.advanceTimersByTime(10);
    lines.add("two\n");
    vi.advanceTimersByTime(10);
    expect(writes).toEqual(["one\n", "two\n"]);
  });

  it("does not let a stream of lines put off the first one", () => {
    const { lines, writes } = collected();
    for (let millisecond = 0; millisecond < 10; millisecond += 1) {
      lines.add(`${millisecond}\n`);
      vi.advanceTimersByTime(1);
    }
    expect(writes.join("")).toContain("0\n");
  });

  it("writes at once what is too much to hold", () => {
    const { lines, writes } = collected();
    const line = `${"x".repeat(999)}\n`;
    for (let count = 0; count < 66; count += 1) lines.add(line);
    expect(writes).toEqual([line.repeat(66)]);
    vi.runAllTimers();
    expect(writes).toHaveLength(1);
  });

  it("leaves nothing behind when it is flushed, and writes nothing twice", () => {
    const { lines, writes } = collected();
    lines.flush();
    lines.add("last\n");
    lines.flush();
    vi.runAllTimers();
    expect(writes).toEqual(["last\n"]);
  });
});
