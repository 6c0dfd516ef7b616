import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endProcessesIn, namespacesOfDeadLabs } from "../../src/demo/namespaces.ts";
import { NetworkLab } from "../../src/demo/network-lab.ts";
import { runCommand } from "../../src/demo/run-command.ts";
import { canRunLab } from "../support/system.ts";

describe.runIf(canRunLab())("namespaces of labs", () => {
  /** Named after a process that has ended, as those of a lab that was killed. */
  let left: string;
  let ours: string;

  beforeEach(async () => {
    left = `spamflow-${spawnSync("true").pid}-mx`;
    ours = `spamflow-${process.pid}-hosts`;
    await runCommand(["ip", "netns", "add", left]);
    await runCommand(["ip", "netns", "add", ours]);
  });

  afterEach(async () => {
    const names = (await runCommand(["ip", "netns", "list"])).split("\n");
    for (const name of [left, ours]) {
      if (names.some((line) => line.startsWith(name))) {
        await runCommand(["ip", "netns", "delete", name]);
      }
    }
  });

  it("are known to be left over when their process has ended", async () => {
    const dead = await namespacesOfDeadLabs();
    expect(dead).toContain(left);
    expect(dead).not.toContain(ours);
  });

  it("are removed by the next lab", async () => {
    await runCommand(["ip", "netns", "delete", ours]);
    const lab = await NetworkLab.up({ hosts: [], seed: 1 });
    await lab.down();
    expect(await namespacesOfDeadLabs()).not.toContain(left);
  });

  it("are cleared of their processes, also of one that does not heed SIGTERM", async () => {
    const script = "trap '' TERM; echo deaf; while :; do sleep 1; done";
    const command = ["netns", "exec", ours, "sh", "-c", script];
    const deaf = spawn("ip", command, { stdio: ["ignore", "pipe", "ignore"] });
    const heeding = spawn("ip", ["netns", "exec", ours, "sleep", "60"]);
    await once(deaf.stdout, "data");
    const ended = Promise.all([once(deaf, "exit"), once(heeding, "exit")]);
    await endProcessesIn(ours);
    expect((await ended).map(([, signal]) => signal as unknown)).toEqual(["SIGKILL", "SIGTERM"]);
  });
});
