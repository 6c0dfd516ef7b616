import { describe, expect, it } from "vitest";
import * as features from "../../features/index.ts";

describe("features/index.ts", () => {
  it("offers what the other parts build on", () => {
    expect(Object.keys(features)).toEqual(
      expect.arrayContaining([
        "CaptureError",
        "FEATURE_NAMES",
        "FEATURE_TABLE",
        "FlowExtractor",
        "FlowMonitor",
        "extractFeatures",
        "extractedFlow",
        "openSources",
        "readCapture",
      ]),
    );
  });
});
