import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MilterClient, type PlayedMessage } from "../../milter/index.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const MESSAGE = {
  sender: "<a@example.net>",
  recipients: ["<b@example.com>"],
  headers: [
    ["X-Recipients", "forged"],
    ["Subject", "test"],
  ],
  body: "hello\r\n",
} as const;

/** The programs of the document, in its order: its code blocks that import the library. */
async function documentedPrograms(): Promise<readonly string[]> {
  const text = await readFile(join(PROJECT, "docs/milter.md"), "utf8");
  const blocks = [...text.matchAll(/```js\n([^]*?)```/g)].map(([, code = ""]) => code);
  return blocks.filter((code) => code.includes('from "spamflow/milter"'));
}

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "documented-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs a program as it stands in the document, as a user's own package would, and plays one session to it. */
async function played<T>(code: string, play: (mta: MilterClient) => Promise<T>): Promise<T> {
  const path = join(folder, "milter.sock");
  // The line at the end says when it listens; a program may say something before.
  const program = `${code}\nconsole.log("READY");`;
  const args = ["--input-type=module", "--eval", program, `unix:${path}`];
  // With --eval the arguments begin at 1, in a file at 2: the script's own name stands between.
  const child = spawn(process.execPath, args.toSpliced(3, 0, "milter.mjs"), {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    for await (const chunk of child.stdout) if (String(chunk).includes("READY")) break;
    const mta = await MilterClient.open({ kind: "unix", path });
    const result = await play(mta);
    await mta.quit();
    return result;
  } finally {
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  }
}

function headersNamed({ message }: PlayedMessage, name: string): readonly string[] {
  return message.headers.filter(([each]) => each === name).map(([, value]) => value);
}

describe("the milters of docs/milter.md", () => {
  it("are two, the first in 20 lines", async () => {
    const programs = await documentedPrograms();
    expect(programs).toHaveLength(2);
    const lines = programs[0]?.split("\n").filter(Boolean);
    expect(lines).toHaveLength(20);
  });

  it("the first counts recipients, lets no forged count through, and refuses too many", async () => {
    const [program = ""] = await documentedPrograms();
    const [passed, refused] = await played(program, async (mta) => [
      await mta.playMessage(MESSAGE),
      await mta.playMessage({
        ...MESSAGE,
        recipients: Array.from({ length: 51 }, (_, index) => `<u${index}@example.com>`),
      }),
    ]);
    expect(passed.reply).toEqual({ kind: "continue" });
    expect(headersNamed(passed, "X-Recipients")).toEqual(["1"]);
    expect(refused.reply).toEqual({
      kind: "reply-code",
      text: "550 5.5.3 51 recipients are too many",
    });
  });

  it("the second hashes the body, and refuses a client that says it is localhost", async () => {
    const [, program = ""] = await documentedPrograms();
    const [passed, helo] = await played(program, async (mta) => [
      await mta.playMessage(MESSAGE),
      await mta.send({ kind: "helo", hostname: "localhost" }),
    ]);
    // printf 'hello\r\n' | sha256sum
    const hash = "cd2eca3535741f27a8ae40c31b0c41d4057a7a7b912b33b9aed86485d1c84676";
    expect(headersNamed(passed, "X-Body-SHA256")).toEqual([hash]);
    expect(helo).toEqual({ kind: "reject" });
  });
});
