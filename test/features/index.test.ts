import { describe, expect, it } from "vitest";
import * as features from "../../features/index.ts";

/** Paths of the shared libraries that this process has loaded. */
function sharedLibraries(): string[] {
  const report = process.report.getReport() as unknown as { sharedObjects: string[] };
  return report.sharedObjects;
}

describe("features/index.ts", () => {
  it("loads no native module: a host without them can extract", () => {
    expect(features.FlowMonitor).toBeTypeOf("function");
    expect(sharedLibraries().filter((path) => /koffi|cap\.node|libpcap/.test(path))).toEqual([]);
  });

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
