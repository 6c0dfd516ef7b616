import type { Report } from "../milter/index.ts";
import type { LogFields, LogValue } from "./log.ts";

function fieldValue(value: unknown): LogValue {
  if (value instanceof Error) return value.message;
  if (typeof value === "string" || typeof value === "number") return value;
  return value === undefined ? undefined : JSON.stringify(value);
}

/** A report of the milter server as the fields of a log line; `suppressed` ones of its kind were withheld before it. */
export function reportFields(report: Report, suppressed: number): LogFields {
  const { kind, ...details } = report;
  const fields = Object.entries(details).map(([key, value]) => [key, fieldValue(value)] as const);
  return {
    problem: kind,
    ...Object.fromEntries(fields),
    suppressed: suppressed > 0 ? suppressed : undefined,
  };
}
