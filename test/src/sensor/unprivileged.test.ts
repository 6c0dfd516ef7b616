import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { becomeUser } from "../../../src/sensor/unprivileged.ts";

describe("becomeUser", () => {
  it("has nothing to do for the user that this process runs as", async () => {
    await becomeUser(userInfo().username);
    expect(process.getuid?.()).toBe(userInfo().uid);
  });

  it("names a user that does not exist, with status 78", async () => {
    await expect(becomeUser("nosuchuser")).rejects.toMatchObject({
      status: 78,
      message: "there is no user nosuchuser in /etc/passwd",
    });
  });
});
