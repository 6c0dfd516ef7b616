import { describe, expect, it } from "vitest";
import { loadLibpcap } from "../../../features/capture/libpcap-library.ts";

describe("loadLibpcap", () => {
  it("says which libraries it looked for where there is none", async () => {
    await expect(loadLibpcap(["libnosuch.so.0", "libnosuch.so.1"])).rejects.toMatchObject({
      name: "CaptureError",
      fault: "not-available",
      message: expect.stringMatching(/libnosuch\.so\.0.*libnosuch\.so\.1/s) as string,
    });
  });

  it("says so where the library of that name is another", async () => {
    await expect(loadLibpcap(["libm.so.6"])).rejects.toMatchObject({
      fault: "not-available",
      message: expect.stringContaining("lacks a function") as string,
    });
  });
});
