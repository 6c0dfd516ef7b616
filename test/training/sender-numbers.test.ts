import { describe, expect, it } from "vitest";
import { readSenders } from "../../training/sender-numbers.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

describe("readSenders", () => {
  it("gives the same number to the same name of the last column", async () => {
    const path = await folder.write("s.csv", "row,place\n1,far\n2,near\n3,far\n");
    expect(await readSenders(path, 3)).toEqual(Uint32Array.of(0, 1, 0));
  });

  it.each([
    ["a sender too few", "row,place\n1,far\n", ": 1 senders for a table of 2 rows"],
    ["a sender too many", "p\na\nb\nc\n", ": 3 senders for a table of 2 rows"],
    ["a row without one", "row,place\n1,far\n2,\n", ":3: the row has no sender"],
    ["a ragged row", "row,place\n1,far\n2\n", ":3: 1 cells in a table of 2 columns"],
  ])("refuses %s and names the place", async (_, content, message) => {
    const path = await folder.write("s.csv", content);
    await expect(readSenders(path, 2)).rejects.toMatchObject({
      fault: "bad-table",
      message: path + message,
    });
  });

  it("names a file that is not there", async () => {
    await expect(readSenders(folder.path("none.csv"), 2)).rejects.toMatchObject({
      fault: "unreadable",
    });
  });
});
