import { beforeEach, describe, expect, it } from "vitest";
import { MAX_UNACKNOWLEDGED, RoundTrips } from "../../../features/flow/round-trips.ts";

let trips: RoundTrips;
let taken: number[];

beforeEach(() => {
  trips = new RoundTrips();
  taken = [];
});

function acknowledge(position: number, at: number): void {
  const sample = trips.acknowledged(position, at);
  if (!Number.isNaN(sample)) taken.push(sample);
}

/** Number and mean of the samples so far. */
function samples(): readonly [count: number, mean: number] {
  const sum = taken.reduce((total, sample) => total + sample, 0);
  return [taken.length, taken.length === 0 ? 0 : sum / taken.length];
}

describe("RoundTrips", () => {
  it("takes the time from a segment to the acknowledgment of its end", () => {
    trips.sent(0, 100, 10);
    acknowledge(100, 35);
    expect(samples()).toEqual([1, 25]);
  });

  it("takes no sample where the acknowledgment ends within a segment", () => {
    trips.sent(0, 100, 10);
    acknowledge(50, 35);
    expect(samples()).toEqual([0, 0]);
    acknowledge(100, 40);
    expect(samples()).toEqual([1, 30]);
  });

  it("takes one sample of an acknowledgment that covers several segments, from the last of them", () => {
    trips.sent(0, 100, 10);
    trips.sent(100, 200, 20);
    acknowledge(200, 50);
    expect(samples()).toEqual([1, 30]);
  });

  it("takes one sample of an acknowledgment that is repeated", () => {
    trips.sent(0, 100, 10);
    acknowledge(100, 35);
    acknowledge(100, 60);
    expect(samples()).toEqual([1, 25]);
  });

  it("takes no sample of a segment that was sent twice", () => {
    trips.sent(0, 100, 10);
    trips.sentAgain(0, 100, 20);
    acknowledge(100, 35);
    expect(samples()).toEqual([0, 0]);
  });

  it("takes no sample of a segment repeated in part", () => {
    trips.sent(0, 100, 10);
    trips.sentAgain(60, 100, 20);
    acknowledge(100, 35);
    expect(samples()).toEqual([0, 0]);
  });

  it("takes no sample where a covered segment was sent again later", () => {
    trips.sent(0, 100, 10);
    trips.sent(100, 200, 20);
    trips.sentAgain(0, 100, 30);
    acknowledge(200, 50);
    expect(samples()).toEqual([0, 0]);
  });

  it("takes no sample where bytes acknowledged earlier were sent again later", () => {
    trips.sent(0, 100, 10);
    acknowledge(100, 15);
    trips.sent(100, 200, 20);
    trips.sentAgain(0, 100, 30);
    acknowledge(200, 50);
    expect(samples()).toEqual([1, 5]);
  });

  it("takes the sample where only segments beyond the acknowledgment were sent again", () => {
    trips.sent(0, 100, 10);
    trips.sent(100, 200, 20);
    trips.sentAgain(100, 200, 30);
    acknowledge(100, 50);
    expect(samples()).toEqual([1, 40]);
  });

  it("takes the sample of a segment sent after what was repeated", () => {
    trips.sent(0, 100, 10);
    trips.sentAgain(0, 100, 20);
    trips.sent(100, 200, 30);
    acknowledge(200, 70);
    expect(samples()).toEqual([1, 40]);
  });

  it("takes the new part of a repeat for a segment of its own", () => {
    trips.sent(0, 100, 10);
    trips.sentAgain(0, 150, 20);
    trips.sent(100, 150, 20);
    acknowledge(150, 50);
    expect(samples()).toEqual([1, 30]);
  });

  it("takes no sample where a lower segment came later, though for the first time", () => {
    trips.sent(100, 200, 10);
    trips.sent(0, 100, 20);
    acknowledge(200, 50);
    expect(samples()).toEqual([0, 0]);
  });

  it("acknowledges segments in the order of their positions, whatever that of their coming", () => {
    trips.sent(200, 300, 10);
    trips.sent(0, 100, 20);
    trips.sent(100, 200, 30);
    acknowledge(100, 50);
    acknowledge(200, 60);
    expect(samples()).toEqual([2, 30]);
  });

  it("counts a sample as 0 where the clock ran backwards", () => {
    trips.sent(0, 100, 10);
    acknowledge(100, 4);
    expect(samples()).toEqual([1, 0]);
  });

  it("goes on over any number of segments of which some always wait", () => {
    for (let each = 0; each < 5_000; each++) {
      trips.sent(each, each + 1, each);
      if (each >= 3) acknowledge(each - 2, each);
    }
    expect(samples()).toEqual([4_997, 3]);
  });

  it("gives up the lowest segment when too many wait, and takes it for covered", () => {
    trips.sent(0, 1, 0);
    trips.sentAgain(0, 1, 1_000_000);
    for (let each = 1; each <= MAX_UNACKNOWLEDGED; each++) trips.sent(each, each + 1, each);
    acknowledge(1, 2_000_000);
    expect(samples()).toEqual([0, 0]);
    acknowledge(2, 2_000_000);
    expect(samples()).toEqual([0, 0]);
  });

  it("still takes samples of the others when too many wait", () => {
    for (let each = 0; each <= 2 * MAX_UNACKNOWLEDGED; each++) trips.sent(each, each + 1, each);
    acknowledge(2 * MAX_UNACKNOWLEDGED + 1, 5_000);
    expect(samples()).toEqual([1, 5_000 - 2 * MAX_UNACKNOWLEDGED]);
  });
});
