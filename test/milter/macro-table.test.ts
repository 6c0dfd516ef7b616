import { describe, expect, it } from "vitest";

import { MacroTable } from "../../milter/macro-table.ts";
import { COMMAND } from "../../milter/wire/codes.ts";

function table(maxBytes = 1_000): MacroTable {
  return new MacroTable(maxBytes);
}

describe("MacroTable", () => {
  it("takes a name with and without braces for one", () => {
    const macros = table();
    macros.record(COMMAND.connect, "i\x00Q1\0{client_port}\x0025\0");
    macros.commit();
    expect([macros.get("i"), macros.get("{i}")]).toEqual(["Q1", "Q1"]);
    expect([macros.get("client_port"), macros.get("{client_port}")]).toEqual(["25", "25"]);
  });

  it("lets the later stage win, whatever the order of the packets", () => {
    const macros = table();
    macros.record(COMMAND.endOfMessage, "a\0end\0");
    macros.record(COMMAND.connect, "a\0connect\0b\0connect\0");
    macros.commit();
    expect([macros.get("a"), macros.get("b")]).toEqual(["end", "connect"]);
  });

  it("replaces what a stage defined before", () => {
    const macros = table();
    macros.record(COMMAND.rcpt, "a\x001\0b\x001\0");
    macros.record(COMMAND.rcpt, "a\x002\0");
    macros.commit();
    expect([macros.get("a"), macros.get("b")]).toEqual(["2", undefined]);
  });

  it("keeps the macros of an event that ends the message before it", () => {
    const macros = table();
    macros.record(COMMAND.mail, "i\0old\0");
    macros.commit();
    macros.record(COMMAND.mail, "i\0new\0");
    macros.forgetMessage();
    expect(macros.get("i")).toBeUndefined();
    macros.commit();
    expect(macros.get("i")).toBe("new");
  });

  it("forgets the message but not the connection, then both", () => {
    const macros = table();
    macros.record(COMMAND.helo, "{tls_version}\0TLSv1.3\0");
    macros.record(COMMAND.body, "i\x00Q1\0");
    macros.commit();
    macros.forgetMessage();
    expect([macros.get("tls_version"), macros.get("i")]).toEqual(["TLSv1.3", undefined]);
    macros.forgetConnection();
    expect(macros.get("tls_version")).toBeUndefined();
  });

  it.each([
    ["an odd number of strings", "i\0v\0j\0", { i: "v", j: "" }],
    ["no NUL at the end", "i\0v", { i: "v" }],
    ["an empty value", "i\0\0j\0x\0", { i: "", j: "x" }],
    ["nothing", "", { i: undefined }],
  ])("makes sense of %s", (_, definitions, expected) => {
    const macros = table();
    macros.record(COMMAND.connect, definitions);
    macros.commit();
    for (const [name, value] of Object.entries(expected)) expect(macros.get(name)).toBe(value);
    expect(macros.get("toString")).toBeUndefined();
  });

  it("finds names that an object would already have", () => {
    const macros = table();
    macros.record(COMMAND.connect, "__proto__\0x\0{constructor}\0y\0");
    macros.commit();
    expect([macros.get("__proto__"), macros.get("constructor")]).toEqual(["x", "y"]);
  });

  it("decodes values as UTF-8", () => {
    const macros = table();
    macros.record(COMMAND.mail, `{mail_addr}\0${Buffer.from("ü@example").toString("latin1")}\0`);
    macros.commit();
    expect(macros.get("mail_addr")).toBe("ü@example");
  });

  it("drops definitions that are too long, or for a command that there is not", () => {
    const macros = table(8);
    macros.record(COMMAND.mail, "i\x00123456\0");
    macros.record(COMMAND.connect, "i\x0012345\0");
    macros.record("Z".charCodeAt(0), "j\x001\0");
    macros.commit();
    expect([macros.get("i"), macros.get("j")]).toEqual(["12345", undefined]);
  });
});
