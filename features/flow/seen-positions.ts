import { REAL } from "./flow-cells.ts";
import { SequenceSet } from "./sequence-set.ts";
import { SideCells } from "./side-cells.ts";

/**
 * Which positions of one side's stream were seen. While that is one interval, as it mostly is, it is two numbers; a set is
 * made at the first hole and let go when the holes are filled.
 */
export class SeenPositions extends SideCells {
  /** Bytes that are held besides the numbers. */
  get extraBytes(): number {
    const extras = this.extras;
    if (extras === undefined) return 0;
    const { seen, probed, roundTrips } = extras;
    return (seen?.bytes ?? 0) + (probed?.bytes ?? 0) + (roundTrips?.bytes ?? 0);
  }

  /** Whether everything acknowledged from the position `from` on was captured. */
  isCaptured(from: number): boolean {
    const extras = this.extras;
    const acknowledgedTo = this.real(REAL.acknowledgedTo);
    if (extras === undefined) return this.#firstUnseen(from) >= acknowledgedTo;
    const { probed } = extras;
    if (extras.seen?.isInexact === true || probed?.isInexact === true) return false;
    let position = from;
    let before = -Infinity;
    while (position > before && position < acknowledgedTo) {
      before = position;
      position = this.#firstUnseen(position);
      position = probed?.firstUnseen(position) ?? position;
    }
    return position >= acknowledgedTo;
  }

  /** Takes `[start, end)` in if it begins exactly where what was seen ends, which is the ordinary case. */
  protected append(start: number, end: number): boolean {
    const seen = this.extras?.seen;
    if (seen !== undefined) return seen.append(start, end);
    const seenTo = this.real(REAL.seenTo);
    if (start !== seenTo || this.real(REAL.seenFrom) === seenTo) return false;
    this.setReal(REAL.seenTo, end);
    return true;
  }

  /** Takes `[start, end)` in and gives the parts of it that were not seen before; see SequenceSet.unseen. */
  protected takeIn(start: number, end: number): number[] {
    if (this.extras?.seen === undefined && this.real(REAL.seenFrom) === this.real(REAL.seenTo)) {
      this.setReal(REAL.seenFrom, start);
      this.setReal(REAL.seenTo, end);
      return [start, end];
    }
    const seen = this.#seen();
    const unseen = seen.unseen(start, end);
    seen.add(start, end);
    if (seen.isWhole) {
      this.setReal(REAL.seenFrom, seen.bottom);
      this.setReal(REAL.seenTo, seen.top);
      this.drop("seen");
    }
    return unseen;
  }

  protected unseen(start: number, end: number): number[] {
    const unseen = this.#seen().unseen(start, end);
    if (this.#seen().isWhole) this.drop("seen");
    return unseen;
  }

  /** What was seen, as a set that can have holes. */
  #seen(): SequenceSet {
    const extras = this.needExtras();
    if (extras.seen === undefined) {
      extras.seen = new SequenceSet();
      extras.seen.add(this.real(REAL.seenFrom), this.real(REAL.seenTo));
    }
    return extras.seen;
  }

  #firstUnseen(from: number): number {
    const seen = this.extras?.seen;
    if (seen !== undefined) return seen.firstUnseen(from);
    const seenTo = this.real(REAL.seenTo);
    return this.real(REAL.seenFrom) <= from && from < seenTo ? seenTo : from;
  }

  protected hasUnprobed(parts: readonly number[]): boolean {
    const probed = this.extras?.probed;
    for (let part = 0; part + 1 < parts.length; part += 2) {
      const [from, to] = [parts[part] ?? 0, parts[part + 1] ?? 0];
      if (probed === undefined || probed.unseen(from, to).length > 0) return true;
    }
    return false;
  }

  protected drop(name: "seen" | "probed" | "roundTrips"): void {
    const extras = this.extras;
    if (extras === undefined) return;
    extras[name] = undefined;
    const { seen, probed, roundTrips } = extras;
    if (seen === undefined && probed === undefined && roundTrips === undefined) this.dropExtras();
  }
}
