import { describe, expect, it } from "vitest";
import { parseSettings } from "../../src/config/load.ts";
import { socketOptions } from "../../src/socket-options.ts";

describe("socketOptions", () => {
  it("reads the mode as octal", async () => {
    const options = await socketOptions(parseSettings('[socket]\nmode = "0600"\n', "f"));
    expect(options.socketMode).toBe(0o600);
  });

  it("takes the configured group, whether it exists or not", async () => {
    const options = await socketOptions(parseSettings('[socket]\ngroup = "mailers"\n', "f"));
    expect(options.socketGroup).toBe("mailers");
  });

  it("takes no group by name where none is configured, so that a host without Postfix starts", async () => {
    const options = await socketOptions(parseSettings("", "f"));
    expect(typeof options.socketGroup).not.toBe("string");
  });
});
