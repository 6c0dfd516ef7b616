import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { unwritable } from "./errors.ts";

/**
 * Replaces a file in one step: whoever reads it, also after a crash or a power failure, finds the old content or
 * the new one, whole. When anything fails, the old file stands as it was and nothing of the new one is left.
 *
 * @throws TrainingError `unwritable`
 */
export async function writeFileAtomically(path: string, chunks: Iterable<string>): Promise<void> {
  // In the folder of the file itself, because a rename is one step only within a file system.
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeNew(temporary, chunks);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw unwritable(path, error);
  }
}

async function writeNew(path: string, chunks: Iterable<string>): Promise<void> {
  const file = await open(path, "wx");
  try {
    for (const chunk of chunks) await file.appendFile(chunk);
    // A rename can reach the disk before the content does: after a power failure the file would be empty.
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename itself last. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
