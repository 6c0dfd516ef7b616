import { readFileSync } from "node:fs";

/** Whether there is such a process; one that ended and was not yet fetched by its parent is not. */
export function isRunning(processId: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${processId}/stat`, "utf8"));
  } catch {
    return false;
  }
}
