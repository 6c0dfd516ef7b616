import { describe, expect, it } from "vitest";
import { EXAMPLE_SCHEMA, parseExample } from "../../training/example.ts";
import { flowRecord } from "../support/flow-record.ts";
import { example } from "./examples.ts";

const full = example({
  id: "3f9c2a7b51de",
  record: flowRecord(),
  score: 0.25,
  time: 1_764_000_004,
});

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("parseExample", () => {
  it("takes what was written", () => {
    expect(parseExample(json(full), "here")).toEqual(full);
    expect(parseExample(json(example()), "here")).toEqual(example());
  });

  it("takes a line of extract with no more than a label added", () => {
    const { teacher, schema, host, ...line } = example();
    expect(parseExample(line, "here")).toEqual({
      ...line,
      teacher: "people",
      schema: EXAMPLE_SCHEMA,
      host: "unknown",
    });
    expect([teacher, schema, host]).toBeDefined();
  });

  it("takes a record in the place of features", () => {
    const { features, ...rest } = full;
    expect(parseExample(rest, "here")).toEqual({ ...full, features: {} });
    expect(features).toBeDefined();
  });

  it("takes features that could not be observed, and names that it does not know", () => {
    const features = { handshake_rtt: null, of_tomorrow: 1 };
    expect(parseExample(example({ features }), "here").features).toEqual(features);
  });

  it("ignores keys that it does not know", () => {
    expect(parseExample({ ...example(), message: 1, cut: "end-of-data" }, "here")).toEqual(
      example(),
    );
  });

  it.each([
    ["label", { ...full, label: "viagra" }, /^here: label: .*"spam"/],
    ["label", { ...full, label: undefined }, /^here: label: /],
    ["features", { ...full, record: undefined, features: {} }, /^here: features: neither /],
    ["a feature", { ...full, features: { a: "1" } }, /^here: features\.a: /],
    ["the client", { ...full, client: "192.0.2.7" }, /^here: client: /],
    ["the port", { ...full, server: { address: "::1", port: 65_536 } }, /^here: server\.port: /],
    ["teacher", { ...full, teacher: "\u001b[2J" }, /^here: teacher: /],
    ["a time", { ...full, ended: "now" }, /^here: ended: /],
    ["complete", { ...full, complete: "yes" }, /^here: complete: /],
    ["the schema", { ...full, schema: EXAMPLE_SCHEMA + 1 }, /^here: schema: /],
    ["the record", { ...full, record: { ...flowRecord(), rtt: 1 } }, /^here: record\.rtt: /],
    ["the score", { ...full, score: 1.5 }, /^here: score: /],
    ["the whole", 7, /^here: Invalid input/],
    ["the whole", null, /^here: Invalid input/],
  ])("refuses a wrong %s and names place and key", (_, value, message) => {
    expect(() => parseExample(value, "here")).toThrow(
      expect.objectContaining({
        fault: "bad-example",
        message: expect.stringMatching(message) as unknown,
      }),
    );
  });
});
