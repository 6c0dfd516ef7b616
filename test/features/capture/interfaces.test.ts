import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import {
  automaticInterfaces,
  chooseInterfaces,
  deviceNames,
  MAX_INTERFACES,
  namedInterfaces,
  type InterfaceAddresses,
} from "../../../features/capture/interfaces.ts";

const HOST: InterfaceAddresses = new Map([
  ["lo", ["127.0.0.1", "::1"]],
  ["eth0", ["192.0.2.1", "2001:db8::1"]],
  ["eth1", ["198.51.100.1"]],
]);

describe("automaticInterfaces", () => {
  it("takes the interfaces that bear an address listened on", () => {
    expect(automaticInterfaces(["2001:db8::1", "127.0.0.1"], HOST).names).toEqual(["lo", "eth0"]);
  });

  it.each([
    ["all addresses are listened on", ["0.0.0.0", "192.0.2.1"], /all addresses/],
    ["nothing listens yet", [], /nothing listens/],
    ["an address is borne by no interface", ["203.0.113.9", "192.0.2.1"], /203\.0\.113\.9/],
  ])("takes all that are up where %s", (_, listening, reason) => {
    const choice = automaticInterfaces(listening, HOST);
    expect(choice.names).toEqual(["lo", "eth0", "eth1"]);
    expect(choice.reason).toMatch(reason);
    expect(choice.isAutomatic).toBe(true);
  });

  it("refuses a host without an interface that is up", () => {
    expect(() => automaticInterfaces([], new Map())).toThrow(
      expect.objectContaining({ fault: "no-such-interface" }),
    );
  });

  it("takes no more than its bound", () => {
    const many = new Map(
      Array.from({ length: MAX_INTERFACES + 5 }, (_, index) => [
        `eth${index}`,
        [`10.0.0.${index}`],
      ]),
    );
    expect(automaticInterfaces([], many).names).toHaveLength(MAX_INTERFACES);
  });
});

describe("namedInterfaces", () => {
  it("takes names with commas between, each once", () => {
    expect(namedInterfaces("eth1, lo,eth1", ["lo", "eth1"]).names).toEqual(["eth1", "lo"]);
  });

  it.each(["eth9", "lo,eth9", "", "lo,,eth1"])(
    "refuses %j and names those that there are",
    (wish) => {
      expect(() => namedInterfaces(wish, ["lo", "eth1"])).toThrow(
        expect.objectContaining({
          fault: "no-such-interface",
          message: expect.stringContaining("there are: lo, eth1") as string,
        }),
      );
    },
  );

  it("refuses more than its bound", () => {
    const names = Array.from({ length: MAX_INTERFACES + 1 }, (_, index) => `eth${index}`);
    expect(() => namedInterfaces(names.join(), names)).toThrow(/more than 32/);
  });
});

describe("deviceNames", () => {
  it("reads the names of /proc/net/dev", () => {
    const text = [
      "Inter-|   Receive                  |  Transmit",
      " face |bytes    packets errs drop  |bytes    packets",
      "    lo:  290408    2000    0    0   290408    2000",
      "eth0.10:       0       0    0    0        0       0",
      "",
    ].join("\n");
    expect(deviceNames(text)).toEqual(["lo", "eth0.10"]);
  });
});

describe("chooseInterfaces, on this host", () => {
  it("takes `any` as it is", async () => {
    expect((await chooseInterfaces("any", new Set([25]))).names).toEqual(["any"]);
  });

  it("finds lo for what listens on 127.0.0.1", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const choice = await chooseInterfaces("auto", new Set([port]));
    server.close();
    expect(choice).toEqual({
      names: ["lo"],
      reason: "listened on: 127.0.0.1",
      isAutomatic: true,
    });
  });

  it("knows lo by name and refuses what is not there", async () => {
    expect((await chooseInterfaces("lo", new Set([25]))).names).toEqual(["lo"]);
    await expect(chooseInterfaces("nosuch0", new Set([25]))).rejects.toThrow(/"nosuch0".*lo/);
  });
});
