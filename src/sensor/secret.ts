import { createHmac, timingSafeEqual } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { CommandError, EXIT } from "../exit-codes.ts";

/** Shortest secret: 16 letters or digits drawn at random hold out against everybody. */
export const MIN_SECRET_CHARACTERS = 16;
/** Bits of a file's mode by which others than owner and group get at it. */
const OTHERS = 0o007;

/** What stands for no secret, where the socket's own rights are enough. */
export const NO_SECRET = "";

/**
 * The secret in a file, without blanks around it.
 *
 * @throws CommandError with status 66 where it cannot be read, 78 where it is too short or open to others.
 */
export async function readSecret(path: string): Promise<string> {
  let text: string;
  let mode: number;
  try {
    text = await readFile(path, "utf8");
    ({ mode } = await stat(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CommandError(EXIT.noInput, `secret ${path}: cannot be read (${code})`);
  }
  if ((mode & OTHERS) !== 0) {
    throw new CommandError(EXIT.configuration, `secret ${path}: every user can read it: chmod o=`);
  }
  const secret = text.trim();
  if (secret.length < MIN_SECRET_CHARACTERS) {
    const least = `fewer than ${MIN_SECRET_CHARACTERS} characters`;
    throw new CommandError(EXIT.configuration, `secret ${path}: ${least} (openssl rand -hex 32)`);
  }
  return secret;
}

/** The random values of one connection, in hexadecimal. */
export interface Nonces {
  readonly sensor: string;
  readonly client: string;
}

/** What `role` sends to show that it knows the secret. The role is part of it, so that no side's own can be sent back. */
export function proofOf(secret: string, role: "sensor" | "client", nonces: Nonces): string {
  return createHmac("sha256", secret)
    .update(`spamflow sensor 1\n${role}\n${nonces.sensor}\n${nonces.client}\n`)
    .digest("hex");
}

/** Compares two proofs in a time that tells nothing of where they differ. */
export function isSameProof(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
