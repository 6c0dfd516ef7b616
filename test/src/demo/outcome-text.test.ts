import { describe, expect, it } from "vitest";
import { outcomeText } from "../../../src/demo/outcome-text.ts";
import type { OutcomeRow } from "../../../src/demo/outcome.ts";

function row(values: Partial<OutcomeRow>): OutcomeRow {
  const none = { handshakeSeconds: 0.0102, disturbed: 0, score: 0.1, verdict: "No" } as const;
  return { client: "10.99.16.7:1", hostClass: "ham", ...none, ...values };
}

const SPAM = row({
  client: "[fd00:99::1:2d]:40000",
  hostClass: "spam",
  handshakeSeconds: 0.8123,
  disturbed: 12,
  score: 0.973,
  verdict: "Yes",
});

describe("outcomeText", () => {
  it("shows mails, confusion matrix and figures in columns", () => {
    const missed = row({ client: "10.99.16.9:2", hostClass: "spam", score: 0.2 });
    expect(outcomeText([SPAM, missed, row({})])).toBe(
      [
        "client                 class  handshake ms  retrans. + out of order  score  X-SpamFlow",
        "10.99.16.7:1           ham            10.2                        0  0.100  No",
        "[fd00:99::1:2d]:40000  spam          812.3                       12  0.973  Yes",
        "10.99.16.9:2           spam           10.2                        0  0.200  No          wrong",
        "",
        "      X-SpamFlow: Yes  X-SpamFlow: No",
        "spam                1               1",
        "ham                 0               1",
        "",
        "accuracy 66.7 %, precision 100.0 %, recall 50.0 %",
        "",
      ].join("\n"),
    );
  });

  it("marks ham that was accused, and no mail without a score", () => {
    const unknown = row({ client: "10.99.16.8:1", score: null, verdict: "Unknown" });
    const lines = outcomeText([row({ verdict: "Yes", score: 0.9 }), unknown]).split("\n");
    expect(lines[1]).toMatch(/Yes +wrong$/);
    expect(lines[2]).toMatch(/ - +Unknown$/);
    expect(lines).toContain("1 mails without a score");
  });

  it("shows a dash for a share of nothing and for a handshake that was not seen", () => {
    const text = outcomeText([row({ handshakeSeconds: null })]);
    expect(text).toContain("accuracy 100.0 %, precision -, recall -");
    expect(text.split("\n")[1]).toMatch(/^10\.99\.16\.7:1 +ham +- +0 +0\.100 +No$/);
  });
});
