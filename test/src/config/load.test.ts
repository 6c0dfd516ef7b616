import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSettings, parseSettings } from "../../../src/config/load.ts";
import { CommandError } from "../../../src/exit-codes.ts";

function failure(text: string, overrides = {}): { status: number; message: string } {
  try {
    parseSettings(text, "spamflow.toml", overrides);
  } catch (error) {
    if (error instanceof CommandError) return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error("was accepted");
}

describe("parseSettings", () => {
  it("needs no line at all", () => {
    const settings = parseSettings("", "spamflow.toml");
    expect(settings.mode).toBe("tag");
    expect(settings.capture.ports).toEqual([25]);
    expect(settings.scoring.required).toBeUndefined();
  });

  it("lets the file go before the defaults and a flag before the file", () => {
    const text = 'mode = "observe"\n[capture]\nports = [25, 587]\ninterface = "eth0"\n';
    const settings = parseSettings(text, "f", { mode: "enforce", capture: { interface: "lo" } });
    expect(settings.mode).toBe("enforce");
    expect(settings.capture).toMatchObject({ ports: [25, 587], interface: "lo" });
  });

  it("takes the capture's command as words or as a line", () => {
    const command = (text: string) => parseSettings(`[capture]\n${text}`, "f").capture.command;
    expect(command('command = ["ssh", "gw"]')).toEqual(["ssh", "gw"]);
    expect(command(`command = "ssh gw 'tcpdump -w -'"`)).toBe("ssh gw 'tcpdump -w -'");
    expect(failure(`[capture]\ncommand = "ssh 'gw"\n`).message).toMatch(
      /^spamflow\.toml:2: capture\.command: .*quote/,
    );
  });

  it("lets a flag set false, and an absent flag change nothing", () => {
    const text = "[scoring]\nlocal = true\n";
    expect(parseSettings(text, "f", { scoring: { local: false } }).scoring.local).toBe(false);
    expect(parseSettings(text, "f", { scoring: { local: undefined } }).scoring.local).toBe(true);
  });

  it.each([
    [
      'mode = "tag"\nlisen = "x"\n',
      'spamflow.toml:2: unknown key "lisen" (did you mean "listen"?)',
    ],
    ["[capture]\nport = [25]\n", 'spamflow.toml:2: unknown key "capture.port" (did you mean'],
    ["[captur]\n", 'spamflow.toml:1: unknown key "captur" (did you mean "capture"?)'],
    ["[zzzzzz]\n", 'spamflow.toml:1: unknown key "zzzzzz"'],
    ["\n\nmode = 3\n", "spamflow.toml:3: mode: "],
    ['mode = "tagg"\n', "spamflow.toml:1: mode: "],
    ["[capture]\n# which\nports = [25, 70000]\n", "spamflow.toml:3: capture.ports.1: "],
    ["[scoring]\nrequired = 1.5\n", "spamflow.toml:2: scoring.required: "],
    ['[socket]\nmode = "rw"\n', "spamflow.toml:2: socket.mode: must be an octal file mode"],
    ["mode = \n", "spamflow.toml:1:"],
    ['mode = "tag"\nmode = "tag"\n', "spamflow.toml:2:"],
  ])("names the place of the fault in %j", (text, message) => {
    const error = failure(text);
    expect(error.status).toBe(78);
    expect(error.message.startsWith(message), error.message).toBe(true);
  });

  it("blames the command line for a flag's value", () => {
    expect(failure("", { scoring: { required: 7 } }).message).toMatch(
      /^command line: scoring\.required: /,
    );
  });
});

describe("loadSettings", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spamflow-config-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("reads the named file", async () => {
    const file = join(folder, "a.toml");
    await writeFile(file, 'state = "/srv/x"\n');
    expect((await loadSettings(file)).state).toBe("/srv/x");
  });

  it("complains of a named file that is not there", async () => {
    const file = join(folder, "none.toml");
    await expect(loadSettings(file)).rejects.toMatchObject({
      status: 66,
      message: `${file}: cannot be read (ENOENT)`,
    });
  });
});
