import { describe, expect, it } from "vitest";
import { z } from "zod";
import { firstComplaint } from "../../training/complaint.ts";

function complaintOf(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value);
  if (error === undefined) throw new Error("the schema accepts the value");
  return firstComplaint(error);
}

describe("firstComplaint", () => {
  it("names the way to the value with dots and brackets", () => {
    const schema = z.object({ terms: z.array(z.object({ weight: z.number() })) });
    const value = { terms: [{ weight: 1 }, { weight: "2" }] };
    expect(complaintOf(schema, value)).toMatch(/^terms\[1\]\.weight: .*number/);
  });

  it("has no place in front of a complaint about the value as a whole", () => {
    expect(complaintOf(z.object({}), 7)).toMatch(/^Invalid input/);
  });

  it("tells the first of several", () => {
    const schema = z.object({ a: z.number(), b: z.number() });
    expect(complaintOf(schema, {})).toMatch(/^a: /);
  });
});
