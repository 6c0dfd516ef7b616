import { describe, expect, it } from "vitest";

import { type Report, ReportLimiter } from "../../milter/reports.ts";

const refused: Report = { kind: "connection-refused", open: 5 };
const failed: Report = { kind: "listener-error", error: new Error("EMFILE") };

describe("ReportLimiter", () => {
  it("passes on one report of each kind a minute, with the number of those withheld", () => {
    let now = 0;
    const received: [string, number][] = [];
    const limiter = new ReportLimiter(
      ({ kind }, suppressed) => received.push([kind, suppressed]),
      () => now,
    );
    for (const [at, report] of [
      [0, refused],
      [1, refused],
      [2, failed],
      [59_999, refused],
      [60_000, refused],
      [60_001, refused],
    ] as const) {
      now = at;
      limiter.report(report);
    }
    expect(received).toEqual([
      ["connection-refused", 0],
      ["listener-error", 0],
      ["connection-refused", 2],
    ]);
  });
});
