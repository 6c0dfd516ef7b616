import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../../src/config/nearest.ts";

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["abc", "", 3],
    ["", "abc", 3],
    ["listen", "lisen", 1],
    ["kitten", "sitting", 3],
    ["mode", "mode", 0],
  ])("from %j to %j takes %i edits", (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });
});

describe("nearest", () => {
  const names = ["listen", "mode", "state", "capture.ports"];

  it("finds the name that was probably meant", () => {
    expect(nearest("lisen", names)).toBe("listen");
    expect(nearest("capture.port", names)).toBe("capture.ports");
  });

  it("guesses nothing when no name is near", () => {
    expect(nearest("interface", names)).toBeUndefined();
    expect(nearest("xy", names)).toBeUndefined();
  });
});
