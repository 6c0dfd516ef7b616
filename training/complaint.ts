import type { z } from "zod";

/** The first thing that a schema found wrong, as `key.key[index]: what`; the key is left out at the top. */
export function firstComplaint(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return error.message;
  const place = issue.path.map(step).join("").replace(/^\./, "");
  return place === "" ? issue.message : `${place}: ${issue.message}`;
}

function step(key: PropertyKey): string {
  return typeof key === "number" ? `[${key}]` : `.${String(key)}`;
}
