import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { endianness } from "node:os";
import { describe, expect, it } from "vitest";
import { isWildcard, listeningAddresses } from "../../../features/capture/listening-sockets.ts";

const HEADING =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const REST = "00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 100";

function table(...rows: readonly (readonly [local: string, state: string])[]): string {
  const lines = rows.map(
    ([local, state], index) => `   ${index}: ${local} 00000000:0000 ${state} ${REST}`,
  );
  return [HEADING, ...lines, ""].join("\n");
}

const SMTP = new Set([25]);

describe("listeningAddresses", () => {
  it("reads the little-endian words of IPv4 and IPv6", () => {
    const text = table(["0200A8C0:0019", "0A"], ["B80D0120000000000000000001000000:0019", "0A"]);
    expect(listeningAddresses(text, SMTP, true)).toEqual(["192.168.0.2", "2001:db8::1"]);
  });

  it("reads the big-endian words of other machines", () => {
    expect(listeningAddresses(table(["C0A80002:0019", "0A"]), SMTP, false)).toEqual([
      "192.168.0.2",
    ]);
  });

  it("writes a v4-mapped address as the IPv4 address", () => {
    const text = table(["0000000000000000FFFF00000200A8C0:0019", "0A"]);
    expect(listeningAddresses(text, SMTP, true)).toEqual(["192.168.0.2"]);
  });

  it("passes over other ports and sockets that do not listen", () => {
    const text = table(["0100007F:0050", "0A"], ["0100007F:0019", "01"], ["0100007F:0019", "06"]);
    expect(listeningAddresses(text, SMTP, true)).toEqual([]);
  });

  it("names each address once", () => {
    const text = table(["0100007F:0019", "0A"], ["0100007F:024B", "0A"]);
    expect(listeningAddresses(text, new Set([25, 587]), true)).toEqual(["127.0.0.1"]);
  });

  it("passes over lines of another form", () => {
    const text = ["", "nonsense", "0: XYZ:0019 0:0 0A", "0: 0100:0019 0:0 0A", ":"].join("\n");
    expect(listeningAddresses(text, SMTP, true)).toEqual([]);
  });

  it("finds a server of this process in the kernel's own table", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const text = readFileSync("/proc/net/tcp", "utf8");
    server.close();
    expect(listeningAddresses(text, new Set([port]), endianness() === "LE")).toEqual(["127.0.0.1"]);
  });
});

describe("isWildcard", () => {
  it.each([
    ["0.0.0.0", true],
    ["::", true],
    ["127.0.0.1", false],
    ["::1", false],
  ])("%s: %s", (address, expected) => {
    expect(isWildcard(address)).toBe(expected);
  });
});
