import { describe, expect, it } from "vitest";
import { whyNotLive } from "../../src/demo/requirements.ts";
import { canRunLab } from "../support/system.ts";

describe("whyNotLive", () => {
  it.runIf(canRunLab())("finds nothing amiss where labs can be made", async () => {
    expect(await whyNotLive()).toBeUndefined();
  });

  it("asks for root first, as nothing else can be tried without it", async () => {
    const { getuid } = process;
    try {
      process.getuid = () => 1_000;
      expect(await whyNotLive()).toMatch(/need root$/);
    } finally {
      if (getuid !== undefined) process.getuid = getuid;
    }
  });
});
