import { describe, expect, it } from "vitest";
import { LogLimit } from "../../../src/sensor/log-limit.ts";

describe("LogLimit", () => {
  it("passes the first line, then one a minute with the count of those held back", () => {
    const limit = new LogLimit();
    expect([0, 1_000, 59_999, 60_000, 60_001, 130_000].map((now) => limit.pass(now))).toEqual([
      0,
      undefined,
      undefined,
      2,
      undefined,
      1,
    ]);
  });
});
