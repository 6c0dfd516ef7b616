import { describe, expect, it } from "vitest";
import { FEEDBACKS, labelSource } from "../../training/feedback.ts";
import { uniformNumbers } from "../../training/learners/draw-rows.ts";

describe("labelSource", () => {
  it("gives every label at once, or late", () => {
    expect(labelSource({ kind: "immediate" }, 1).delayOf(5, 0.3)).toBe(0);
    expect(labelSource({ kind: "delayed", mails: 50 }, 1).delayOf(5, undefined)).toBe(50);
  });

  it("gives the labels of some senders alone, always of the same", () => {
    const source = labelSource({ kind: "partial", share: 0.3 }, 7);
    const first = Array.from({ length: 2000 }, (_, sender) => source.delayOf(sender, 0.5));
    const again = Array.from({ length: 2000 }, (_, sender) => source.delayOf(sender, 0.9));
    expect(again).toEqual(first);
    const share = first.filter((delay) => delay === 0).length / 2000;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.05);
  });

  it("asks for the labels of the least sure mails, and for no more than its share", () => {
    const source = labelSource({ kind: "active", share: 0.1 }, 1);
    const uniform = uniformNumbers(3);
    const mails = Array.from({ length: 5000 }, () => uniform());
    const asked = mails.filter((probability) => source.delayOf(0, probability) === 0);
    expect(asked.length).toBeGreaterThan(400);
    expect(asked.length).toBeLessThanOrEqual(501);
    const distance = (some: readonly number[]) =>
      some.reduce((sum, one) => sum + Math.abs(one - 0.5), 0) / some.length;
    expect(distance(asked)).toBeLessThan(distance(mails) / 2);
  });

  it("asks for all labels while there is no model", () => {
    const source = labelSource({ kind: "active", share: 0.1 }, 1);
    const delays = Array.from({ length: 30 }, () => source.delayOf(0, undefined));
    expect(delays).toEqual(Array(30).fill(0));
  });

  it("knows the four regimes of the TREC Spam Track", () => {
    expect(FEEDBACKS.map(({ kind }) => kind)).toEqual([
      "immediate",
      "delayed",
      "partial",
      "active",
    ]);
  });
});
