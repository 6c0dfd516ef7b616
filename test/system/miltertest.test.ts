/** OpenDKIM's miltertest as the MTA, against the library and against `serve`. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  type Answer,
  type Bound,
  messageFilter,
  MilterServer,
  type WholeMessage,
} from "../../milter/index.ts";
import { freePort } from "../support/free-port.ts";
import { removeFolder, stateFolder } from "../support/mail-system.ts";
import { ServeProcess } from "../support/spamflow-process.ts";
import { canRunMiltertest } from "../support/system.ts";

const SCRIPTS = fileURLToPath(new URL("../fixtures/miltertest", import.meta.url));

/** Resolves to the last line of a script's output. */
function miltertest(script: string, spec: string): Promise<string> {
  const words = ["-D", `spec=${spec}`, "-D", `folder=${SCRIPTS}`, "-s", `${SCRIPTS}/${script}`];
  return new Promise((resolve, reject) => {
    execFile("miltertest", words, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trimEnd().split("\n").at(-1) ?? "");
      else reject(new Error(`${script}: ${stdout}${stderr}`, { cause: error }));
    });
  });
}

const REFUSAL = { kind: "reply", code: 550, enhanced: "5.7.1", text: "100% no" } as const;

/** What the local part of the sender asks for. */
const BY_SENDER: Readonly<Record<string, () => Answer>> = {
  "<refuse@example.net>": () => ({ decision: REFUSAL }),
  "<discard@example.net>": () => ({ decision: { kind: "discard" } }),
  "<rewrite@example.net>": () => ({
    edits: [
      { kind: "add-recipient", recipient: "<c@example.com>" },
      { kind: "delete-recipient", recipient: "<b@example.com>" },
      { kind: "replace-body", body: Buffer.from("new\r\n") },
      { kind: "quarantine", reason: "look" },
    ],
    decision: { kind: "continue" },
  }),
  "<fail@example.net>": () => {
    throw new Error("broken");
  },
};

function stamped({ sender, headers }: WholeMessage, queueId: string | undefined): Answer {
  const bySender = BY_SENDER[sender];
  if (bySender !== undefined) return bySender();
  const forged = headers.filter(([name]) => name.toLowerCase() === "x-test").length;
  const value = `i=${queueId ?? "none"} forged=${forged}`;
  return {
    edits: [
      { kind: "delete-headers", name: "X-Test" },
      { kind: "insert-header", index: 0, name: "X-Test", value },
    ],
    decision: { kind: "accept" },
  };
}

const FILTER = messageFilter({
  actions: ["add-headers", "change-headers", "recipients", "change-body", "quarantine"],
  maxBodyBytes: 1_000,
  decide: (message, session) => stamped(message, session.macro("i")),
});

describe.runIf(canRunMiltertest())("miltertest", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await stateFolder();
  });
  afterAll(async () => {
    await removeFolder(folder);
  });

  describe("with a milter of the library", () => {
    const server = new MilterServer(FILTER, { onHandlerError: { kind: "tempfail" } });
    let tcp: Bound;
    let unix: Bound;
    beforeAll(async () => {
      tcp = await server.listen({ kind: "tcp", host: "127.0.0.1", port: 0 });
      unix = await server.listen({ kind: "unix", path: `${folder}/library.sock` });
    });
    afterAll(() => server.stop(0));

    it("plays messages of every outcome, and ends of every kind", async () => {
      expect(await miltertest("filter.lua", tcp.text)).toBe("passed");
      const { reports, messages } = server.counters;
      expect(reports["handler-error"]).toBe(1);
      expect(messages.aborted).toBeGreaterThan(0);
    });

    it.each(["tcp", "unix"])("plays every version and every no-reply flag (%s)", async (kind) => {
      const { text } = kind === "tcp" ? tcp : unix;
      expect(await miltertest("versions.lua", text)).toBe("passed");
      expect(server.counters.reports["protocol-violation"]).toBe(0);
    });
  });

  it("finds in serve a milter that deletes forged headers and says that it saw no flow", async () => {
    const port = await freePort();
    const daemon = await ServeProcess.start([
      ...["--listen", `inet:127.0.0.1:${port}`, "--interface", "lo", "--ports", "25"],
      ...["--state", folder],
    ]);
    try {
      expect(await miltertest("serve.lua", `inet:${port}@127.0.0.1`)).toBe("passed");
      expect(daemon.hasEnded).toBe(false);
    } finally {
      expect(await daemon.end()).toBe(0);
    }
  });
});
