import { expect, it } from "vitest";
import { seededRandom } from "../../src/demo/seeded-random.ts";
import { pcapFile, pcapngFile } from "../support/capture-builder.ts";
import { expectAllCounted, mutated, survive } from "../support/damage.ts";
import { capturePath, expectedFlows, framesOf } from "../support/fixture-captures.ts";

const ROUNDS = 10_000;
const SEED = 5;
/** Growth of the heap that the garbage of so many runs does not explain. */
const MAX_GROWTH_BYTES = 200_000_000;

it("ten thousand damaged captures are read without a crash, a hang or growth", async () => {
  const names = Object.keys(expectedFlows()).filter((name) => !/-(sender|receiver)/.test(name));
  const frames = await Promise.all(names.map((name) => framesOf(capturePath(name))));
  const files = [
    ...frames.map((each) => pcapFile(each)),
    ...frames.map((each) => pcapngFile(each)),
  ];
  const random = seededRandom(SEED);
  const before = process.memoryUsage();
  for (let round = 0; round < ROUNDS; round++) {
    const file = mutated(files[round % files.length] ?? new Uint8Array(0), random);
    expectAllCounted(survive(file, round % 2 === 0 ? "connection" : "message"));
  }
  const after = process.memoryUsage();
  expect(after.heapUsed + after.external).toBeLessThan(
    before.heapUsed + before.external + MAX_GROWTH_BYTES,
  );
});
