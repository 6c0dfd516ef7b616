import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileSource } from "../../../features/capture/file-source.ts";
import type { SourceEvent } from "../../../features/capture/packet-source.ts";
import { pcapFile } from "../../support/capture-builder.ts";
import { capturePath } from "../../support/fixture-captures.ts";
import { segment } from "../../support/packet-builder.ts";

const PCAP = pcapFile([segment({ time: 1 }), segment({ time: 2 })]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "file-source-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A named pipe: a file whose end the test decides. */
function pipeAt(name: string): string {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  return path;
}

describe("FileSource", () => {
  it("says what it is", () => {
    const source = new FileSource("-");
    expect([source.kind, source.name, source.timestamps]).toEqual(["file", "-", "file"]);
  });

  it("delivers the frames of a capture and tells of its end", async () => {
    const events: SourceEvent[] = [];
    let frames = 0;
    const source = new FileSource(capturePath("plain.pcapng".replace("plain", "plain-le")));
    await source.open(
      () => (frames += 1),
      (event) => events.push(event),
    );
    await source.finished;
    expect(frames).toBe(13);
    expect(source.counters()).toEqual({ received: 13, dropped: "unknown" });
    expect(events).toEqual([{ kind: "ended", reason: "end of file" }]);
    expect(await source.barrier()).toBe("complete");
  });

  it("does not open what is not a capture, and says so twice", async () => {
    const events: SourceEvent[] = [];
    const source = new FileSource(fileOf("text", Buffer.from("not packets")));
    const opening = source.open(
      () => undefined,
      (event) => events.push(event),
    );
    await expect(opening).rejects.toMatchObject({ fault: "not-a-capture" });
    await expect(source.finished).rejects.toMatchObject({ fault: "not-a-capture" });
    expect(events).toHaveLength(1);
  });

  it("does not open a file that is not there", async () => {
    const source = new FileSource(join(folder, "missing"));
    const opening = source.open(
      () => undefined,
      () => undefined,
    );
    await expect(opening).rejects.toMatchObject({ fault: "unreadable" });
  });

  it("opens a damaged file and reports the damage at the end", async () => {
    const events: SourceEvent[] = [];
    const source = new FileSource(fileOf("cut.pcap", PCAP.subarray(0, -1)));
    await source.open(
      () => undefined,
      (event) => events.push(event),
    );
    await expect(source.finished).rejects.toMatchObject({ fault: "damaged" });
    expect(source.counters().received).toBe(1);
    expect(events.map((event) => event.kind)).toEqual(["ended"]);
    expect(await source.barrier()).toBe("complete");
  });

  it("opens at the header, bounds its barrier while the file goes on, and stops when closed", async () => {
    const path = pipeAt("pipe");
    const source = new FileSource(path);
    let frames = 0;
    const opening = source.open(
      () => (frames += 1),
      () => undefined,
    );
    const writer = createWriteStream(path);
    writer.write(PCAP.subarray(0, 24));
    await opening;
    expect(frames).toBe(0);
    expect(await source.barrier()).toBe("late");
    await source.close();
    await expect(source.finished).resolves.toBeUndefined();
    writer.destroy();
  });

  it("can be closed without having been opened", async () => {
    await expect(new FileSource("-").close()).resolves.toBeUndefined();
  });
});
