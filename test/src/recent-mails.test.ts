import { describe, expect, it } from "vitest";
import { recentMails } from "../../src/recent-mails.ts";
import { temporaryFolder } from "../training/temporary-folder.ts";

const folder = temporaryFolder();

function line(score: number | null, model: string | null = "blend-2"): string {
  return JSON.stringify({ id: "0", score, model, features: { handshake_rtt: score } });
}

describe("recentMails", () => {
  it("gives the latest mails of the model across both files, oldest first", async () => {
    await folder.write("mails.1.jsonl", [0.1, 0.2, 0.3].map((score) => line(score)).join("\n"));
    const newest = [line(0.4), line(null, null), line(0.9, "blend-1"), line(0.5), '{"id":"1","sc'];
    await folder.write("mails.jsonl", newest.join("\n"));
    const mails = await recentMails(folder.path("."), 3, "blend-2");
    expect(mails.map(({ score }) => score)).toEqual([0.3, 0.4, 0.5]);
    expect(mails[0]?.features).toEqual({ handshake_rtt: 0.3 });
  });

  it("keeps to its count in long files", async () => {
    const scores = Array.from({ length: 1000 }, (_, i) => i / 1000);
    await folder.write("mails.jsonl", scores.map((score) => line(score)).join("\n"));
    const mails = await recentMails(folder.path("."), 7, "blend-2");
    expect(mails.map(({ score }) => score)).toEqual(scores.slice(-7));
  });

  it("finds none in a folder that keeps none", async () => {
    expect(await recentMails(folder.path("."), 10, "blend-2")).toEqual([]);
  });
});
