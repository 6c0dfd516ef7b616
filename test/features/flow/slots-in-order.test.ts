import fc from "fast-check";
import { expect, it } from "vitest";
import { inOrder } from "../../../features/flow/slots-in-order.ts";

it("gives the slots that hold something by their ordinals, however many there are", () => {
  const ordinals = fc.uniqueArray(fc.oneof(fc.nat(50), fc.nat(2 ** 40)), { maxLength: 40 });
  fc.assert(
    fc.property(ordinals, fc.nat(5), (held, gap) => {
      const slots = held.flatMap((ordinal) => [...Array<undefined>(gap).fill(undefined), ordinal]);
      const found = Array.from(
        inOrder(slots, (ordinal) => ordinal),
        (slot) => slots[slot],
      );
      expect(found).toEqual(held.toSorted((one, other) => one - other));
    }),
  );
});
