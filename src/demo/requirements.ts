/** What the live demo needs of the machine. */
import { open } from "node:fs/promises";
import { whyNoLab } from "./network-lab.ts";
import { runCommand } from "./run-command.ts";
import { TUN_FILE } from "./tun-device.ts";

/** Things to try, and what it means when one fails. A container's root often may not do what root may. */
const TRIALS: readonly { readonly attempt: () => Promise<unknown>; readonly otherwise: string }[] =
  [
    {
      attempt: async () => runCommand(["unshare", "--net", "true"]),
      otherwise: "network namespaces are not permitted",
    },
    {
      attempt: async () => (await open(TUN_FILE, "r+")).close(),
      otherwise: `${TUN_FILE} cannot be opened`,
    },
    {
      attempt: async () => runCommand(["ip", "-V"]),
      otherwise: "iproute2 is not installed",
    },
    {
      attempt: async () => runCommand(["postconf", "-d", "mail_version"]),
      otherwise: "Postfix is not installed",
    },
  ];

/** Why the demo cannot be live here, as half a sentence; undefined when it can. */
export async function whyNotLive(): Promise<string | undefined> {
  const reason = whyNoLab();
  if (reason !== undefined) return reason;
  for (const { attempt, otherwise } of TRIALS) {
    const succeeds = await attempt().then(
      () => true,
      () => false,
    );
    if (!succeeds) return otherwise;
  }
  return undefined;
}
