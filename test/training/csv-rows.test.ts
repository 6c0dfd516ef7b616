import { describe, expect, it } from "vitest";
import { type CsvRow, MAX_TABLE_COLUMNS, readCsvRows } from "../../training/csv-rows.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

async function read(content: string): Promise<{ names: readonly string[]; rows: CsvRow[] }> {
  const path = await folder.write("t.csv", content);
  let names: readonly string[] = [];
  const rows: CsvRow[] = [];
  for await (const row of readCsvRows(path, (header) => (names = header.names))) rows.push(row);
  return { names, rows };
}

describe("readCsvRows", () => {
  it("gives the names first, then the trimmed cells of each row with its line", async () => {
    expect(await read('a, b\n1,2\n\n" x ",\n')).toEqual({
      names: ["a", "b"],
      rows: [
        { cells: ["1", "2"], line: 2 },
        { cells: ["x", ""], line: 4 },
      ],
    });
  });

  it.each([
    ["an empty file", "", "t.csv:1: the table is empty: no line names columns"],
    ["a column without a name", "a,,b\n", "t.csv:1:2: the column has no name"],
    ["a name that is there twice", "a,b,a\n", 't.csv:1:3: a second column is named "a"'],
    ["a short row", "a,b\n1,2\n3\n", "t.csv:3: 1 cells in a table of 2 columns"],
    ["a long row", "a,b\n1,2,3\n", "t.csv:2: 3 cells in a table of 2 columns"],
    ["a quote without end", 'a,b\n1,"2\n', "t.csv:2: a quoted cell does not end on its line"],
    [
      "too many columns",
      Array.from({ length: MAX_TABLE_COLUMNS + 1 }, (_, i) => `c${i}`).join(","),
      "t.csv:1: 1001 columns, of 1000 allowed",
    ],
  ])("refuses %s and names the place", async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      fault: "bad-table",
      message: folder.path(message),
    });
  });
});
