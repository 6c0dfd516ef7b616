import { createReadStream } from "node:fs";
import { open, rename, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { MailRecord } from "./mail-record.ts";

/** Newest first: when the first file is full it becomes the second, and what was the second is gone. */
const FILE_NAMES = ["mails.jsonl", "mails.1.jsonl"] as const;
/** Size at which a new file is begun: some 25,000 mails. */
const MAX_FILE_BYTES = 67_108_864;
/** Lines that may wait for a slow disk; what comes on top of it is dropped and counted, the mail passes. */
const MAX_WAITING_LINES = 10_000;
/** How long a line waits for others, so that a burst of mails costs one write and not one each. */
const GATHER_MILLISECONDS = 5;

/** Appends mails to the state folder as JSON Lines, without ever holding up the mail itself. */
export class MailRecordFile {
  readonly #folder: string;
  readonly #maxFileBytes: number;
  readonly #onFault: (error: unknown) => void;
  #handle: FileHandle;
  #size: number;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #dropped = 0;

  private constructor(handle: FileHandle, size: number, options: MailRecordFileOptions) {
    this.#handle = handle;
    this.#size = size;
    this.#folder = options.folder;
    this.#maxFileBytes = options.maxFileBytes ?? MAX_FILE_BYTES;
    this.#onFault = options.onFault;
  }

  /** Opens the folder's file for appending; rejects where the folder cannot be written. */
  static async open(options: MailRecordFileOptions): Promise<MailRecordFile> {
    const handle = await open(join(options.folder, FILE_NAMES[0]), "a+", 0o640);
    const { size } = await handle.stat();
    if (size > 0) await endLastLine(handle, size);
    return new MailRecordFile(handle, size, options);
  }

  /** Mails that were not kept because the disk was slow or refused them. */
  get dropped(): number {
    return this.#dropped;
  }

  append(record: MailRecord): void {
    if (this.#waiting.length >= MAX_WAITING_LINES) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(`${JSON.stringify(record)}\n`);
    this.#writing ??= this.#write();
  }

  /** Resolves when nothing waits any more. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    await this.written();
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      await pause(GATHER_MILLISECONDS);
      const lines = this.#waiting;
      this.#waiting = [];
      try {
        await this.#writeLines(lines);
      } catch (error) {
        this.#dropped += lines.length;
        this.#onFault(error);
      }
    }
    this.#writing = undefined;
  }

  async #writeLines(lines: readonly string[]): Promise<void> {
    if (this.#size >= this.#maxFileBytes) await this.#beginNewFile();
    const bytes = Buffer.from(lines.join(""));
    await this.#handle.appendFile(bytes);
    this.#size += bytes.length;
  }

  async #beginNewFile(): Promise<void> {
    const [newest, older] = FILE_NAMES.map((name) => join(this.#folder, name)) as [string, string];
    await rename(newest, older);
    const next = await open(newest, "a", 0o640);
    await this.#handle.close();
    this.#handle = next;
    this.#size = 0;
  }
}

/** A crash may have cut the last line; what is appended next must not become part of it. */
async function endLastLine(handle: FileHandle, size: number): Promise<void> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== "\n".charCodeAt(0)) await handle.appendFile("\n");
}

export interface MailRecordFileOptions {
  readonly folder: string;
  readonly maxFileBytes?: number;
  readonly onFault: (error: unknown) => void;
}

/** The kept record of a mail by its id, as the JSON text of its line; undefined where none of the files has it. */
export async function findMailRecord(folder: string, id: string): Promise<string | undefined> {
  for (const name of FILE_NAMES) {
    const path = join(folder, name);
    if (!(await exists(path))) continue;
    const line = await findLine(path, `"id":"${id}"`);
    if (line !== undefined) return line;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    },
  );
}

/** A line that was cut by a crash is no mail: it does not end in `}`. */
async function findLine(path: string, part: string): Promise<string | undefined> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      if (line.startsWith(`{${part}`) && line.endsWith("}")) return line;
    }
  } finally {
    lines.close();
  }
  return undefined;
}
