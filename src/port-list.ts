import { CommandError, EXIT } from "./exit-codes.ts";

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

/** `25,587` as numbers; @throws CommandError with status 64. */
export function parsePorts(text: string): number[] {
  const ports = text
    .split(",")
    .map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (ports.every(isPort)) return ports;
  throw new CommandError(
    EXIT.usage,
    `--ports ${text}: numbers from 1 to 65535 with commas between`,
  );
}
