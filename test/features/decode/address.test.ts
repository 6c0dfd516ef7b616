import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressText, parseAddress } from "../../../features/decode/address.ts";

/** How the URL standard writes an IPv6 address: as RFC 5952 does, except for mapped addresses. */
function textByUrl(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

const ipv6Bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
/** Addresses with many zeros, so that runs of every length and place occur. */
const sparseIpv6Bytes = fc
  .array(fc.constantFrom(0, 0, 0, 1, 0xab00), { minLength: 8, maxLength: 8 })
  .map((hextets) => Uint8Array.from(hextets.flatMap((hextet) => [hextet >>> 8, hextet & 0xff])));

function plainHextets(bytes: Uint8Array): string {
  return Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  ).join(":");
}

describe("addressText", () => {
  it.each([
    ["0.0.0.0", [0, 0, 0, 0]],
    ["192.0.2.10", [192, 0, 2, 10]],
    ["255.255.255.255", [255, 255, 255, 255]],
  ])("writes IPv4 %s", (text, bytes) => {
    expect(addressText(Uint8Array.from(bytes), 0, 4)).toBe(text);
  });

  it.each([
    ["::", "0:0:0:0:0:0:0:0"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["1::", "1:0:0:0:0:0:0:0"],
    ["2001:db8::1:0:0:1", "2001:db8:0:0:1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::102:304", "0:0:0:0:0:0:102:304"],
  ])("writes the canonical form %s", (canonical, long) => {
    const bytes = parseAddress(long) ?? new Uint8Array();
    expect(addressText(bytes, 0, 6)).toBe(canonical);
  });

  it("writes a mapped address as the IPv4 address", () => {
    const mapped = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 10]);
    expect(addressText(mapped, 0, 6)).toBe("192.0.2.10");
  });

  it("reads at the offset it is given", () => {
    const packet = Uint8Array.from([9, 9, 198, 51, 100, 2, 9]);
    expect(addressText(packet, 2, 4)).toBe("198.51.100.2");
  });

  it("agrees with the URL standard's form of any address that is not mapped", () => {
    fc.assert(
      fc.property(fc.oneof(ipv6Bytes, sparseIpv6Bytes), (bytes) => {
        const text = addressText(bytes, 0, 6);
        fc.pre(!text.includes("."));
        expect(text).toBe(textByUrl(plainHextets(bytes)));
      }),
    );
  });
});

describe("parseAddress", () => {
  it("takes back what addressText wrote", () => {
    fc.assert(
      fc.property(
        fc.oneof(ipv6Bytes, sparseIpv6Bytes, fc.uint8Array({ minLength: 4, maxLength: 4 })),
        (bytes) => {
          const text = addressText(bytes, 0, bytes.length === 4 ? 4 : 6);
          const isMapped = bytes.length === 16 && text.includes(".");
          expect(parseAddress(text)).toEqual(isMapped ? bytes.slice(12) : bytes);
        },
      ),
    );
  });

  it.each(["::ffff:192.0.2.10", "::FFFF:c000:20a", "0:0:0:0:0:ffff:192.0.2.10"])(
    "takes the mapped form %s for IPv4",
    (text) => {
      expect(parseAddress(text)).toEqual(Uint8Array.from([192, 0, 2, 10]));
    },
  );

  it.each(["2001:DB8::A", "2001:0db8:0000::000a", "64:ff9b::192.0.2.33", "1:2:3:4:5:6:7::", "::"])(
    "takes the other spelling %s",
    (text) => {
      const bytes = parseAddress(text) ?? new Uint8Array();
      expect(addressText(bytes, 0, 6)).toBe(textByUrl(text));
    },
  );

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4 ",
    "1.2.3.-4",
    "0x1.2.3.4",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    ":1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:",
    "12345::",
    "g::",
    "fe80::1%eth0",
    "1.2.3.4::",
    "::1.2.3",
    "1:2:3:4:5:6:7:1.2.3.4",
    "[::1]",
    "mail.example.org",
  ])("refuses %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it("answers to any text without throwing", () => {
    const noise = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom(":", "::", ".", "f", "0", "255", "%"))
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(noise, (text) => {
        expect([undefined, 4, 16]).toContain(parseAddress(text)?.length);
      }),
    );
  });
});
