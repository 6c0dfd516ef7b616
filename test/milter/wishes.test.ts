import { describe, expect, it } from "vitest";

import { POSTFIX_OFFER } from "../../milter/wire/codes.ts";
import { agree } from "../../milter/wire/negotiation.ts";
import { countsHeaders, EVENT_NAMES, type FilterShape, wishesOf } from "../../milter/wishes.ts";

const NO_DATA = 0x200;
const NR_DATA = 0x10000;

function flagsOf(filter: FilterShape, transport: "tcp" | "unix"): string {
  return agree(POSTFIX_OFFER, wishesOf(filter, transport)).protocol.toString(16);
}

const nothing = () => undefined;
const goOn = () => ({ kind: "continue" }) as const;

describe("wishesOf", () => {
  it("asks a TCP peer for DATA and its reply whatever the filter wants", () => {
    for (const filter of [
      {},
      { observe: { data: nothing } },
      { actions: ["change-headers"] },
      { observe: Object.fromEntries(EVENT_NAMES.map((name) => [name, nothing])) },
    ] satisfies FilterShape[]) {
      const { protocol } = agree(POSTFIX_OFFER, wishesOf(filter, "tcp"));
      expect(protocol & (NO_DATA | NR_DATA)).toBe(0);
    }
  });

  it.each<[string, FilterShape, string, string]>([
    ["that wants nothing", {}, "457b", "477b"],
    ["that changes headers", { actions: ["change-headers"] }, "45db", "47db"],
    ["that counts headers", { countedHeaders: ["X"] }, "45db", "47db"],
    ["that watches DATA", { observe: { data: nothing } }, "457b", "1457b"],
    ["that decides MAIL", { decide: { mail: goOn } }, "57b", "77b"],
    ["that wants refused recipients", { wantsRejectedRecipients: true }, "4d7b", "4f7b"],
  ])("derives the flags of a filter %s", (_, filter, tcp, unix) => {
    expect([flagsOf(filter, "tcp"), flagsOf(filter, "unix")]).toEqual([tcp, unix]);
  });

  it("asks for large chunks only where the body is wanted", () => {
    const offer = { ...POSTFIX_OFFER, protocol: 0x301fffff };
    const flags = (filter: FilterShape) => agree(offer, wishesOf(filter, "unix")).protocol >>> 28;
    expect(flags({ observe: { body: nothing } })).toBe(2);
    expect(flags({})).toBe(0);
  });

  it("adds up the bits of the actions", () => {
    const actionsOf = (actions: FilterShape["actions"]) =>
      wishesOf(actions === undefined ? {} : { actions }, "unix").actions;
    expect(actionsOf(undefined)).toBe(0);
    expect(actionsOf(["add-headers", "change-headers"])).toBe(0x11);
    expect(actionsOf(["change-body", "recipients", "change-sender", "quarantine"])).toBe(0xee);
  });

  it("passes on the macro lists", () => {
    const macros = { connect: ["j", "{client_addr}"] };
    expect(wishesOf({ macros }, "tcp").macros).toBe(macros);
  });
});

describe("countsHeaders", () => {
  it("is true where copies may have to be deleted or are asked after", () => {
    expect(countsHeaders({ actions: ["change-headers"] })).toBe(true);
    expect(countsHeaders({ countedHeaders: [] })).toBe(true);
    expect(countsHeaders({ actions: ["add-headers"] })).toBe(false);
  });
});
