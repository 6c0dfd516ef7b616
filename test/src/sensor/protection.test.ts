import { describe, expect, it } from "vitest";
import { protectedSpec, readProtection } from "../../../src/sensor/protection.ts";

const secret = "0123456789abcdef";

describe("protectedSpec", () => {
  it.each([
    "unix:/run/sensor.sock",
    "inet:127.0.0.1:6787",
    "inet6:6787@[::1]",
    "inet:localhost:1",
    "fd:3",
  ])("asks for nothing at %s", (text) => {
    expect(() => protectedSpec(text, { secret: "", tls: undefined }, "x")).not.toThrow();
  });

  it.each(["inet:0.0.0.0:6787", "inet:gw.example.com:6787", "inet6:6787@[::]", "inet:10.0.0.1:1"])(
    "asks for TLS and a secret at %s",
    (text) => {
      const refusal = (tls: string | undefined, shared: string): unknown => {
        try {
          return protectedSpec(text, { secret: shared, tls }, "sensor.authority").kind;
        } catch (error) {
          return error;
        }
      };
      expect(refusal("PEM", secret)).toBe("tcp");
      const both = /sensor\.authority and sensor\.secret_file/;
      expect(refusal(undefined, "")).toMatchObject({
        status: 78,
        message: expect.stringMatching(both) as string,
      });
      expect(refusal(undefined, secret)).toMatchObject({
        message: expect.stringMatching(/set sensor\.authority$/) as string,
      });
      expect(refusal("PEM", "")).toMatchObject({
        message: expect.stringMatching(/set sensor\.secret_file$/) as string,
      });
    },
  );
});

describe("readProtection", () => {
  const listen = "unix:/run/sensor.sock";

  it("is open where nothing is set", async () => {
    expect(await readProtection({ listen })).toEqual({
      secret: "",
      identity: undefined,
      authority: undefined,
    });
  });

  it.each([
    [{ certificate: "/c.pem" }, 78, /one without the other/],
    [{ key: "/k.pem" }, 78, /one without the other/],
    [{ certificate: "/nonexistent/c", key: "/nonexistent/k" }, 66, /\/nonexistent\/c: .*ENOENT/],
    [{ authority: "/nonexistent/a" }, 66, /\/nonexistent\/a/],
    [{ secret_file: "/nonexistent/s" }, 66, /\/nonexistent\/s/],
  ])("refuses %j", async (settings, status, message) => {
    await expect(readProtection({ listen, ...settings })).rejects.toMatchObject({
      status,
      message: expect.stringMatching(message) as string,
    });
  });
});
