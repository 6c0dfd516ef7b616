import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSameProof, proofOf, readSecret } from "../../../src/sensor/secret.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spamflow-secret-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function secretFile(text: string, mode = 0o640): Promise<string> {
  const path = join(folder, "secret");
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

describe("readSecret", () => {
  it("takes the text without the blanks around it", async () => {
    expect(await readSecret(await secretFile(" 0123456789abcdef\n"))).toBe("0123456789abcdef");
  });

  it.each([
    ["short", "0123456789abcde\n", 0o600, /fewer than 16/],
    ["empty", "", 0o600, /fewer than 16/],
    ["open to every user", "0123456789abcdef", 0o644, /every user can read it/],
  ])("refuses one that is %s with status 78", async (_, text, mode, message) => {
    await expect(readSecret(await secretFile(text, mode))).rejects.toMatchObject({
      status: 78,
      message: expect.stringMatching(message) as string,
    });
  });

  it("names a file that is not there, with status 66", async () => {
    await expect(readSecret("/nonexistent/secret")).rejects.toMatchObject({
      status: 66,
      message: "secret /nonexistent/secret: cannot be read (ENOENT)",
    });
  });
});

describe("proofOf", () => {
  const nonces = { sensor: "aa", client: "bb" };

  it("is another one for each secret, role and nonce", () => {
    const proofs = [
      proofOf("one", "client", nonces),
      proofOf("two", "client", nonces),
      proofOf("one", "sensor", nonces),
      proofOf("one", "client", { ...nonces, sensor: "ab" }),
      proofOf("one", "client", { ...nonces, client: "ba" }),
    ];
    expect(new Set(proofs).size).toBe(proofs.length);
    expect(proofOf("one", "client", nonces)).toBe(proofs[0]);
  });
});

describe("isSameProof", () => {
  it.each([
    ["ab", "ab", true],
    ["ab", "ac", false],
    ["ab", "abc", false],
    ["", "", true],
  ])("%s, %s: %s", (one, other, expected) => {
    expect(isSameProof(one, other)).toBe(expected);
  });
});
