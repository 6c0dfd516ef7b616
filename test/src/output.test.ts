import { describe, expect, it } from "vitest";
import { LineOutput } from "../../src/output.ts";

describe("LineOutput", () => {
  it("writes nothing until there is enough, and the rest at the end", () => {
    const written: string[] = [];
    const output = new LineOutput((text) => written.push(text));
    output.add("one");
    output.add("two");
    expect(written).toEqual([]);
    output.flush();
    output.flush();
    expect(written).toEqual(["one\ntwo\n"]);
  });

  it("holds no more than a chunk back", () => {
    const written: string[] = [];
    const output = new LineOutput((text) => written.push(text));
    for (let n = 0; n < 300; n += 1) output.add("x".repeat(999));
    const pending = 300_000 - written.join("").length;
    expect(pending).toBeLessThan(65_536);
    output.flush();
    expect(written.join("")).toHaveLength(300_000);
  });
});
