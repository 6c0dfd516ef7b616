import { describe, expect, it } from "vitest";
import { readColumns, readTable } from "../../training/read-table.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

describe("readTable", () => {
  it("takes every numeric column as a feature, empty cells as missing, and the order as time", async () => {
    const path = await folder.write(
      "t.csv",
      "rtt,label,resets\n0.5,spam,1\n,ham,2\n0.25,1,\n1,0,3\n",
    );
    const { table, ignored } = await readTable(path, { label: "label" });
    expect(table).toEqual({
      names: ["rtt", "resets"],
      columns: [Float64Array.of(0.5, NaN, 0.25, 1), Float64Array.of(1, 2, NaN, 3)],
      labels: Uint8Array.of(1, 0, 1, 0),
      times: Float64Array.of(0, 1, 2, 3),
      rows: 4,
    });
    expect(ignored).toEqual([]);
  });

  it("leaves columns of text out and says so, and empty ones without a word", async () => {
    const path = await folder.write("t.csv", "host,rtt,none,spam\nmx1,1,,1\nmx2,2,,0\n");
    const { table, ignored } = await readTable(path, { label: "spam" });
    expect(table.names).toEqual(["rtt"]);
    expect(ignored).toEqual(["host"]);
  });

  it("leaves out a column that is the same in every row, and says so", async () => {
    const path = await folder.write("t.csv", "same,rtt,holed,label\n2,1,3,1\n2,2,,0\n");
    const { table, constant } = await readTable(path, { label: "label" });
    expect(table.names).toEqual(["rtt", "holed"]);
    expect(constant).toEqual(["same"]);
  });

  it.each([
    ["a missing label column", "rtt,class\n1,1\n", ':1: no column is named "label"'],
    [
      "an odd label",
      "rtt,label\n1,1\n2,maybe\n",
      ':3:2: the label "maybe" is none of 1, 0, spam, ham',
    ],
    ["an empty label", "rtt,label\n1,\n", ':2:2: the label "" is none of 1, 0, spam, ham'],
    [
      "a column of NaN alone",
      "x,rtt,label\n1,NaN,1\n2,NaN,0\n",
      ':2:2: rtt: "NaN" is not a number',
    ],
    ["text among numbers", "rtt,label\n1,1\nslow,0\n", ':3:1: rtt: "slow" is not a number'],
    ["NaN among numbers", "x,rtt,label\n1,1,1\n1,NaN,0\n", ':3:2: rtt: "NaN" is not a number'],
    ["inf before the numbers", "rtt,label\ninf,1\n2,0\n", ':2:1: rtt: "inf" is not a number'],
    ["a table without rows", "rtt,label\n", ": the table has no rows"],
    ["a table of text", "host,label\nmx,1\n", ': no column beside "label" has numbers that differ'],
    ["a ragged row", "rtt,label\n1,1\n1\n", ":3: 1 cells in a table of 2 columns"],
  ])("refuses %s and names file, line and column", async (_, content, message) => {
    const path = await folder.write("t.csv", content);
    await expect(readTable(path, { label: "label" })).rejects.toMatchObject({
      fault: "bad-table",
      message: path + message,
    });
  });
});

describe("readTable with senders", () => {
  const text = "rtt,who,label\n1,a,1\n2,b,0\n3,a,1\n";

  it("numbers those of a column, which is then no feature", async () => {
    const path = await folder.write("t.csv", text);
    const { table, ignored } = await readTable(path, { label: "label", sender: "who" });
    expect(table.names).toEqual(["rtt"]);
    expect(table.groups).toEqual(Uint32Array.of(0, 1, 0));
    expect(ignored).toEqual([]);
  });

  it("numbers those of the last column of a file of their own", async () => {
    const path = await folder.write("t.csv", text);
    const senderFile = await folder.write("s.csv", "row,place\n7,x\n8,x\n9,y\n");
    const { table } = await readTable(path, { label: "label", senderFile });
    expect(table.groups).toEqual(Uint32Array.of(0, 0, 1));
  });

  it("refuses a column that is not there, and a row without a sender", async () => {
    const path = await folder.write("t.csv", text);
    await expect(readTable(path, { label: "label", sender: "host" })).rejects.toThrow(
      `${path}:1: no column is named "host"`,
    );
    const holed = await folder.write("h.csv", "rtt,who,label\n1,a,1\n2,,0\n");
    await expect(readTable(holed, { label: "label", sender: "who" })).rejects.toThrow(
      `${holed}:3:2: the row has no sender`,
    );
  });
});

describe("readColumns", () => {
  it("reads the named columns in the table's order and does not look at the others", async () => {
    const path = await folder.write("t.csv", "a,note,b\n1,NaN,3\n2,,\n");
    expect(await readColumns(path, ["b", "gone", "a"])).toEqual({
      names: ["a", "b"],
      columns: [Float64Array.of(1, 2), Float64Array.of(3, NaN)],
      rows: 2,
    });
  });

  it("refuses text in a column that the model needs, also where it is all text", async () => {
    const path = await folder.write("t.csv", "a,b\nx,1\ny,2\n");
    await expect(readColumns(path, ["a", "b"])).rejects.toMatchObject({
      message: `${path}:2:1: a: "x" is not a number`,
    });
  });

  it("refuses a table that has none of the model's features", async () => {
    const path = await folder.write("t.csv", "x,y\n1,2\n");
    await expect(readColumns(path, ["a", "b"])).rejects.toMatchObject({
      fault: "bad-table",
      message: `${path}:1: none of the columns is a feature of the model (a …)`,
    });
  });
});
