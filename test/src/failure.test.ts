import { describe, expect, it } from "vitest";
import { CaptureError } from "../../features/index.ts";
import { MilterListenError, MilterSpecError } from "../../milter/index.ts";
import { CommandError } from "../../src/exit-codes.ts";
import { describeFailure } from "../../src/failure.ts";
import { TrainingError } from "../../training/index.ts";

const missing = Object.assign(new Error("x: no such file"), { code: "ENOENT" });

describe("describeFailure", () => {
  it.each<[Error, number]>([
    [new CommandError(78, "f.toml:3: mode"), 78],
    [new CaptureError("not-permitted", "eth0: no right"), 77],
    [new CaptureError("no-such-interface", "no interface eth9"), 69],
    [new CaptureError("damaged", "a.pcap: byte 1234"), 65],
    [new CaptureError("unreadable", "a.pcap: no such file"), 66],
    [new CaptureError("unknown-link-type", "a.pcap: link type 147"), 65],
    [new MilterSpecError("inet:", "no port"), 64],
    [new MilterListenError("inet:1@h", "EADDRINUSE", "in use"), 73],
    [new TrainingError("bad-model", "m.json: format: 9"), 65],
    [new TrainingError("unknown-learner", "no learner"), 64],
    [new TrainingError("unwritable", "m.json"), 73],
    [missing, 66],
  ])("ends with the status of %s", (error, status) => {
    expect(describeFailure(error)).toEqual({ status, line: error.message });
  });

  it("makes one line of a message with several", () => {
    expect(describeFailure(new CommandError(64, "a\nb")).line).toBe("a b");
  });

  it("shows where an unforeseen error came from", () => {
    const { status, line } = describeFailure(new TypeError("undefined is not a function"));
    expect(status).toBe(70);
    expect(line).toContain("failure.test.ts");
  });

  it("survives what is no error", () => {
    expect(describeFailure("text")).toEqual({ status: 70, line: "text" });
  });
});
