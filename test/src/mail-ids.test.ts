import { describe, expect, it } from "vitest";
import { MailIds } from "../../src/mail-ids.ts";

describe("MailIds", () => {
  it("are 12 lower-case hex digits, each another", () => {
    const ids = new MailIds();
    const made = Array.from({ length: 2_000 }, () => ids.next());
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(made.length);
  });

  it("use every byte that was drawn once, and draw anew when none is left", () => {
    let drawn = 0;
    const ids = new MailIds((pool) => {
      for (let at = 0; at < pool.length; at += 6) {
        pool.writeUIntBE(drawn, at, 6);
        drawn += 1;
      }
    });
    const made = Array.from({ length: 1_500 }, () => Number.parseInt(ids.next(), 16));
    expect(made).toEqual(Array.from({ length: 1_500 }, (_, index) => index));
    expect(drawn).toBeGreaterThanOrEqual(1_500);
  });
});
