import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { EVENT_FLAGS, POSTFIX_OFFER } from "../../../milter/wire/codes.ts";
import {
  agree,
  decodeAgreement,
  decodeOffer,
  encodeAgreement,
  type Interest,
  type Wishes,
} from "../../../milter/wire/negotiation.ts";
import { packetsOf } from "../support/session-driver.ts";

function wishes(interest: Interest, others: Partial<Wishes> = {}): Wishes {
  const events = Object.keys(EVENT_FLAGS).map((name) => [name, interest]);
  return {
    actions: 0x11,
    events: Object.fromEntries(events) as Wishes["events"],
    protocol: 0x400,
    macros: {},
    ...others,
  };
}

function offerBytes(...words: number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => bytes.writeUInt32BE(word, index * 4));
  return bytes;
}

describe("decodeOffer", () => {
  it.each([2, 3, 4, 6, 7, 0xffffffff])(
    "takes version %i, and what follows the offer",
    (version) => {
      expect(decodeOffer(offerBytes(version, 1, 2))).toEqual({ version, actions: 1, protocol: 2 });
      expect(decodeOffer(offerBytes(version, 1, 2, 3)).protocol).toBe(2);
    },
  );

  it.each([0, 1])("refuses version %i", (version) => {
    expect(() => decodeOffer(offerBytes(version, 0xf, 0x3f))).toThrow("bad-negotiation");
  });

  it.each([0, 4, 8, 11])("refuses an offer of %i bytes", (length) => {
    expect(() => decodeOffer(offerBytes(6, 1, 2).subarray(0, length))).toThrow("payload-too-short");
  });
});

describe("agree", () => {
  it("asks for nothing of what is not wanted", () => {
    expect(agree(POSTFIX_OFFER, wishes("none")).protocol).toBe(0x77f);
  });

  it("asks for no reply where an event is only watched", () => {
    expect(agree(POSTFIX_OFFER, wishes("watch")).protocol).toBe(0xff480);
  });

  it("asks for no reply where an event cannot be left out", () => {
    const offer = { ...POSTFIX_OFFER, protocol: 0xff480 };
    expect(agree(offer, wishes("none")).protocol).toBe(0xff480);
  });

  it("wants every reply where the filter decides", () => {
    expect(agree(POSTFIX_OFFER, wishes("decide")).protocol).toBe(0x400);
  });

  it("never asks for what was not offered", () => {
    const offers = fc.record({
      version: fc.integer({ min: 2, max: 0xffffffff }),
      actions: fc.nat({ max: 0x1ff }),
      protocol: fc.nat({ max: 0x301fffff }),
    });
    const interests = fc.constantFrom<Interest>("none", "watch", "decide");
    fc.assert(
      fc.property(offers, interests, (offer, interest) => {
        const agreed = agree(offer, wishes(interest, { macros: { connect: ["j"] } }));
        expect(agreed.version).toBe(Math.min(offer.version, 6));
        expect(agreed.actions & ~offer.actions).toBe(0);
        expect(agreed.protocol & ~offer.protocol).toBe(0);
      }),
    );
  });

  it("sets macro lists only where that is offered", () => {
    const asked = wishes("none", { macros: { connect: ["j"] } });
    expect(agree(POSTFIX_OFFER, asked)).toMatchObject({ actions: 0x111, macros: asked.macros });
    const older = { ...POSTFIX_OFFER, actions: 0x7f };
    expect(agree(older, asked)).toMatchObject({ actions: 0x11, macros: {} });
  });
});

describe("encodeAgreement", () => {
  const agreement = {
    version: 6,
    actions: 0x111,
    protocol: 0x400,
    macros: { connect: ["j", "{client_addr}"], endOfMessage: ["i"] },
  };

  it("puts the macro lists behind the flags", () => {
    expect(encodeAgreement(agreement).toString("latin1")).toBe(
      "\0\0\0\x27O\0\0\0\x06\0\0\x01\x11\0\0\x04\0" + "\0\0\0\0j {client_addr}\0" + "\0\0\0\x05i\0",
    );
  });

  it("is undone by decodeAgreement", () => {
    const payloads = packetsOf(encodeAgreement(agreement)).map(({ payload }) => payload);
    expect(payloads.map((payload) => decodeAgreement(payload, POSTFIX_OFFER))).toEqual([agreement]);
  });
});

describe("decodeAgreement", () => {
  it.each([
    ["a higher version", [7, 0, 0]],
    ["an action that was not offered", [6, 0x200, 0]],
    ["a macro list for an unknown stage", [6, 0, 0, 7]],
  ])("refuses %s", (_, words) => {
    expect(() => decodeAgreement(offerBytes(...words), POSTFIX_OFFER)).toThrow("bad-negotiation");
  });

  it("lets protocol bits pass that were not offered, as Postfix does", () => {
    const payload = offerBytes(6, 0, 0x40000000);
    expect(decodeAgreement(payload, POSTFIX_OFFER).protocol).toBe(0x40000000);
  });
});
