import { describe, expect, it } from "vitest";
import { inNamespace, runCommand, systemEnvironment } from "../../../src/demo/run-command.ts";

describe("runCommand", () => {
  it("gives what the program wrote", async () => {
    expect(await runCommand(["printf", "%s", "hello"])).toBe("hello");
  });

  it("fails with the program's last words", async () => {
    const failing = runCommand(["sh", "-c", "echo first >&2; echo second >&2; exit 3"]);
    await expect(failing).rejects.toThrow(/^sh -c .*: second$/);
  });

  it("names the status of a program that fails without a word", async () => {
    await expect(runCommand(["sh", "-c", "exit 3"])).rejects.toThrow("sh -c exit 3: ended with 3");
  });

  it("says so when the program is not there", async () => {
    await expect(runCommand(["no-such-program"])).rejects.toThrow("no-such-program: not installed");
  });

  it("ends a program that takes too long", async () => {
    const endless = runCommand(["sleep", "60"], { timeoutMs: 20 });
    await expect(endless).rejects.toThrow("sleep 60: took too long");
  });
});

describe("inNamespace", () => {
  it("puts ip netns exec before the words, where there is a namespace", () => {
    expect(inNamespace("lab", ["true"])).toEqual(["ip", "netns", "exec", "lab", "true"]);
    expect(inNamespace(undefined, ["true", "1"])).toEqual(["true", "1"]);
  });

  it("refuses to run nothing", () => {
    expect(() => inNamespace(undefined, [])).toThrow("no program");
  });
});

describe("systemEnvironment", () => {
  it("looks for programs where the system's are, after the caller's own folders", () => {
    const { PATH = "" } = systemEnvironment();
    expect(PATH.startsWith(process.env["PATH"] ?? "")).toBe(true);
    expect(PATH.split(":")).toContain("/usr/sbin");
  });
});
