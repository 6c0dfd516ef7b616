import { readFile } from "node:fs/promises";
import { CommandError, EXIT } from "../exit-codes.ts";

/** A user as /etc/passwd has it. */
interface User {
  readonly name: string;
  readonly userId: number;
  readonly groupId: number;
}

async function userNamed(name: string): Promise<User> {
  const text = await readFile("/etc/passwd", "utf8").catch(() => "");
  const fields = text.split("\n").map((line) => line.split(":"));
  const [, , userId, groupId] = fields.find(([entry]) => entry === name) ?? [];
  if (userId === undefined || groupId === undefined) {
    throw new CommandError(EXIT.configuration, `there is no user ${name} in /etc/passwd`);
  }
  return { name, userId: Number(userId), groupId: Number(groupId) };
}

/**
 * Makes this process that of an ordinary user, for good: what is open stays open, but no capture can be opened again.
 *
 * @throws CommandError with status 78 for a user that does not exist, 77 where this process is not root's.
 */
export async function becomeUser(wish: string): Promise<void> {
  const { name, userId, groupId } = await userNamed(wish);
  if (process.getuid?.() === userId) return;
  try {
    // Groups first: who is not root any more can change none.
    process.setgroups?.([groupId]);
    process.setgid?.(groupId);
    process.setuid?.(userId);
  } catch (error) {
    throw new CommandError(
      EXIT.notPermitted,
      `only root can become user ${name}: ${String(error)}`,
    );
  }
}
