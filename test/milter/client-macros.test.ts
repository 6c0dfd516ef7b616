import { describe, expect, it } from "vitest";

import { encodeMacros } from "../../milter/client-macros.ts";

function bytes(...parts: Parameters<typeof encodeMacros>): string {
  return encodeMacros(...parts).toString("latin1", 4);
}

const values = { i: "Q1", j: "mx", "{client_addr}": "192.0.2.7", "{mail_addr}": "" };

describe("encodeMacros", () => {
  it("sends those of Postfix's own list that have a value, an empty one too", () => {
    expect(bytes("connect", values, {})).toBe("DCj\0mx\0");
    expect(bytes("mail", values, {})).toBe("DMi\x00Q1\0{mail_addr}\0\0");
    expect(bytes("mail", {}, {})).toBe("DM");
  });

  it("sends the list that the milter set instead", () => {
    const asked = { connect: ["{client_addr}", "{unknown}"] };
    expect(bytes("connect", values, asked)).toBe("DC{client_addr}\x00192.0.2.7\0");
  });

  it("gives headers the list of their end, and chunks that of the message's end", () => {
    const asked = { endOfHeaders: ["j"], endOfMessage: ["i"] };
    expect(bytes("header", values, asked)).toBe("DLj\0mx\0");
    expect(bytes("body", values, asked)).toBe("DBi\x00Q1\0");
  });

  it("has none for unknown commands", () => {
    expect(bytes("unknown", values, {})).toBe("DU");
  });

  it("writes UTF-8, and takes no name from Object.prototype", () => {
    const asked = { connect: ["v", "toString"] };
    expect(bytes("connect", { v: "ü" }, asked)).toBe("DCv\0\xc3\xbc\0");
  });
});
