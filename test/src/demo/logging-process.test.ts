import { afterEach, describe, expect, it } from "vitest";
import { LoggingProcess } from "../../../src/demo/logging-process.ts";

const DEADLINE_MS = 10_000;

describe("LoggingProcess", () => {
  let running: LoggingProcess | undefined;
  let failures: string[];

  function start(script: string): LoggingProcess {
    failures = [];
    running = new LoggingProcess({
      name: "the program",
      command: ["sh", "-c", script],
      onFailure: ({ message }) => failures.push(message),
    });
    return running;
  }

  afterEach(async () => {
    await running?.stop();
  });

  it("waits for a line that holds the words", async () => {
    const started = start("echo first >&2; echo event=ready port=1 >&2; exec sleep 60");
    expect(await started.line("event=ready", DEADLINE_MS)).toBe("event=ready port=1");
    expect(started.isRunning).toBe(true);
  });

  it("finds a line that was written before anybody asked", async () => {
    const started = start("echo one >&2; echo two >&2; exec sleep 60");
    await started.line("two", DEADLINE_MS);
    expect(await started.line("one", DEADLINE_MS)).toBe("one");
    expect(started.lines).toEqual(["one", "two"]);
  });

  it("fails with the last line when the program ends first", async () => {
    const started = start("echo no permission >&2; exit 77");
    const end = "the program ended with 77; its last line: no permission";
    await expect(started.line("event=ready", DEADLINE_MS)).rejects.toThrow(end);
    await expect(started.line("event=ready", DEADLINE_MS)).rejects.toThrow(end);
    expect(failures).toEqual([end]);
    expect(started.isRunning).toBe(false);
  });

  it("fails when the words do not come in time", async () => {
    const started = start("echo busy >&2; exec sleep 60");
    await started.line("busy", DEADLINE_MS);
    await expect(started.line("ready", 1)).rejects.toThrow(
      "did not say ready within 0.001 s, but busy",
    );
  });

  it("ends the program, which is then no failure, and can be asked to twice", async () => {
    const started = start("echo up >&2; exec sleep 60");
    await started.line("up", DEADLINE_MS);
    await started.stop();
    await started.stop();
    expect(started.isRunning).toBe(false);
    expect(failures).toEqual([]);
  });

  it("tells of a program that cannot be started", async () => {
    running = new LoggingProcess({ name: "nothing", command: ["/no/such/program"] });
    await expect(running.line("ready", DEADLINE_MS)).rejects.toThrow(/nothing .*ENOENT/);
  });
});
