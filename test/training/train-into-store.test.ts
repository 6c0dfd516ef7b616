import { describe, expect, it } from "vitest";
import type { Example } from "../../training/example.ts";
import { ModelStore } from "../../training/model-store.ts";
import { trainIntoStore } from "../../training/train-into-store.ts";
import { mixedExamples } from "./examples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const OPTIONS = { learner: "logistic", time: 1_764_100_000, seed: 1 };

function storeOf(): ModelStore {
  return new ModelStore({ state: folder.path("state"), present: folder.path("model.json") });
}

/** Examples of hosts in networks of their own, from the given minute on. */
function mails(rows: number, from: number, change: { distance?: number; seed?: number } = {}) {
  const { distance = 2, seed = from + 1 } = change;
  return mixedExamples({ rows, distance, seed }).map((one, row): Example => {
    const ended = 1_764_000_000 + 60 * (from + row);
    const address = `10.${row >> 8}.${row & 255}.1`;
    return { ...one, started: ended - 3, ended, client: { address, port: 25 } };
  });
}

/** Labels by the toss of a coin. */
function tossed(examples: readonly Example[]): readonly Example[] {
  return examples.map((one, row) => ({ ...one, label: (row * 7919) % 13 < 6 ? "spam" : "ham" }));
}

describe("trainIntoStore", () => {
  it("puts the first model in force where it beats the share of spam", async () => {
    const store = storeOf();
    const { decision, result } = await trainIntoStore(store, mails(300, 0), OPTIONS);
    expect(decision.kind).toBe("promoted");
    expect(result.model.name).toBe("logistic-1");
    expect((await store.present())?.name).toBe("logistic-1");
  });

  it("keeps the first model aside where there is nothing to learn", async () => {
    const store = storeOf();
    const { decision } = await trainIntoStore(store, tossed(mails(300, 0)), OPTIONS);
    expect(decision.kind).toBe("aside");
    expect(await store.present()).toBeUndefined();
    expect(await store.list()).toMatchObject([{ name: "logistic-1", state: "aside" }]);
  });

  it("lets a challenger wait while there are too few newer examples", async () => {
    const store = storeOf();
    const before = mails(300, 0);
    await trainIntoStore(store, before, OPTIONS);
    const { decision, result } = await trainIntoStore(
      store,
      [...before, ...mails(50, 300)],
      OPTIONS,
    );
    expect(decision).toMatchObject({ kind: "waiting" });
    expect(decision.reason).toMatch(/^50 newer examples \(\d+ spam, \d+ ham\), of 200 /);
    expect(result.model.summary.examples).toBe(350);
    expect((await store.present())?.name).toBe("logistic-1");
  });

  it("judges the one that waited as soon as there are enough, before it trains the next", async () => {
    const store = storeOf();
    // The first model has learnt little, the second much more, of which it could not be judged.
    const first = mails(60, 0, { distance: 3, seed: 2 });
    await trainIntoStore(store, first, OPTIONS);
    const odd = mails(120, 60, { distance: 3 });
    await trainIntoStore(store, [...first, ...odd], OPTIONS);
    const all = [...first, ...odd, ...mails(400, 180, { distance: 3 })];
    const { settled } = await trainIntoStore(store, all, OPTIONS);
    expect(settled?.name).toBe("logistic-2");
    expect(["promoted", "aside"]).toContain(settled?.decision.kind);
    const states = (await store.list()).map(({ state }) => state);
    expect(states).not.toContain("waiting");
  });

  it("promotes a challenger that is better on mails that neither has learnt from", async () => {
    const store = storeOf();
    // What told spam from ham has turned round since the first model.
    const before = mails(300, 0);
    await trainIntoStore(store, before, OPTIONS);
    const turned = mails(2000, 300).map((one): Example => ({
      ...one,
      label: one.label === "spam" ? "ham" : "spam",
    }));
    const { decision, result } = await trainIntoStore(store, [...before, ...turned], OPTIONS);
    expect(decision.kind).toBe("promoted");
    expect(result.model.summary.examples).toBeLessThan(2300 - 199);
    expect((await store.present())?.name).toBe("logistic-2");
    expect((await store.rollback()).name).toBe("logistic-1");
  });

  it("keeps one aside that learnt from worse labels", async () => {
    const store = storeOf();
    const before = mails(500, 0);
    await trainIntoStore(store, before, OPTIONS);
    const spoilt = [...tossed(before), ...tossed(mails(800, 500)), ...mails(560, 1300)];
    const { decision } = await trainIntoStore(store, spoilt, OPTIONS);
    expect(decision).toMatchObject({ kind: "aside" });
    expect((await store.present())?.name).toBe("logistic-1");
  });

  it("is refused while another training is there", async () => {
    const store = storeOf();
    await store.locked(async () => {
      await expect(trainIntoStore(store, mails(300, 0), OPTIONS)).rejects.toMatchObject({
        fault: "locked",
      });
    });
  });
});
