/** The folder of a private Postfix: made with the owners and modes that Postfix insists on. */
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MAILDIR, QUEUE_FOLDERS, mainCf, masterCf, type PostfixLayout } from "./postfix-config.ts";

/** What the folder is made from; the owner of the mail is user nobody. */
export type FolderOptions = Omit<PostfixLayout, "mailOwner">;

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Makes the folder, which must not exist; nothing is left of one that could not be completed. */
export async function makePostfixFolder(options: FolderOptions): Promise<void> {
  await mkdirReachable(options.folder);
  try {
    await fill(options);
  } catch (error) {
    await rm(options.folder, { recursive: true, force: true });
    throw error;
  }
}

async function fill(options: FolderOptions): Promise<void> {
  const { folder, listen, services } = options;
  const [postfix, nobody] = await Promise.all([accountOf("postfix"), accountOf("nobody")]);
  for (const name of ["etc", "queue", "data", "log", dirname(MAILDIR)])
    await mkdir(join(folder, name));
  await chown(join(folder, "data"), postfix.uid, postfix.gid);
  await chown(join(folder, dirname(MAILDIR)), nobody.uid, nobody.gid);
  await makeQueue(join(folder, "queue"), postfix);
  await writeFile(join(folder, "etc/main.cf"), mainCf({ ...options, mailOwner: nobody }));
  await writeFile(join(folder, "etc/master.cf"), masterCf(listen, services));
}

async function makeQueue(queue: string, postfix: Account): Promise<void> {
  const postdrop = await groupOf("postdrop");
  for (const { name, owner, group, mode } of QUEUE_FOLDERS) {
    const path = join(queue, name);
    await mkdir(path);
    const gid = group === "postdrop" ? postdrop : 0;
    await chown(path, owner === "postfix" ? postfix.uid : 0, gid);
    await chmod(path, mode);
  }
}

/** Makes the folder, open to all; every folder on the way to it must let other users through. */
async function mkdirReachable(folder: string): Promise<void> {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const { mode } = await stat(above);
    if ((mode & 0o001) === 0)
      throw new Error(`user postfix cannot reach ${folder}: ${above} is closed to it`);
  }
  await mkdir(folder);
  await chmod(folder, 0o755);
}

async function accountOf(user: string): Promise<Account> {
  const row = await rowOf("/etc/passwd", user);
  return { uid: Number(row[2]), gid: Number(row[3]) };
}

async function groupOf(group: string): Promise<number> {
  return Number((await rowOf("/etc/group", group))[2]);
}

async function rowOf(file: string, name: string): Promise<string[]> {
  const rows = (await readFile(file, "utf8")).split("\n").map((line) => line.split(":"));
  const row = rows.find(([first]) => first === name);
  if (row === undefined) throw new Error(`no "${name}" in ${file}: is Postfix installed?`);
  return row;
}
