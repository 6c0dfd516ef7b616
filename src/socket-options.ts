import { readFile } from "node:fs/promises";
import type { MilterServerOptions } from "../milter/index.ts";
import type { Settings } from "./config/schema.ts";

/** Postfix's smtpd runs under this group everywhere. */
const POSTFIX_GROUP = "postfix";

/** The number of group postfix where there is one and chown(2) will let us give it away. */
async function postfixGroup(): Promise<number | undefined> {
  const text = await readFile("/etc/group", "utf8").catch(() => "");
  const line = text.split("\n").find((entry) => entry.startsWith(`${POSTFIX_GROUP}:`));
  const number = Number(line?.split(":")[2] ?? Number.NaN);
  const mayGive = process.getuid?.() === 0 || process.getgroups?.().includes(number) === true;
  return mayGive && Number.isInteger(number) ? number : undefined;
}

/** Mode and group of a unix socket by the settings. */
export async function socketOptions({ socket }: Settings): Promise<MilterServerOptions> {
  const group = socket.group ?? (await postfixGroup());
  return {
    socketMode: Number.parseInt(socket.mode, 8),
    ...(group === undefined ? {} : { socketGroup: group }),
  };
}
