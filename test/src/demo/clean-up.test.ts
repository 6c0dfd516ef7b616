import { afterEach, describe, expect, it } from "vitest";
import { CleanUp, unlessInterrupted } from "../../../src/demo/clean-up.ts";

const NEVER = new Promise<never>(() => undefined);

function makeCleanUp(): { cleanUp: CleanUp; events: string[] } {
  const events: string[] = [];
  const cleanUp = new CleanUp({
    onSignal: (signal) => events.push(signal),
    onFault: (what, error) => events.push(`${what}: ${String(error)}`),
  });
  return { cleanUp, events };
}

describe("CleanUp", () => {
  const listenersBefore = process.listenerCount("SIGINT");

  afterEach(() => {
    expect(process.listenerCount("SIGINT")).toBe(listenersBefore);
  });

  function undoing(cleanUp: CleanUp, events: string[], ...names: string[]): void {
    for (const name of names) {
      cleanUp.add(name, () => {
        events.push(`undo ${name}`);
        return Promise.resolve();
      });
    }
  }

  it("undoes what was made, the last first, when the work is done", async () => {
    const { cleanUp, events } = makeCleanUp();
    const status = await cleanUp.around(() => {
      undoing(cleanUp, events, "one", "two");
      return Promise.resolve(5);
    });
    expect(status).toBe(5);
    expect(events).toEqual(["undo two", "undo one"]);
  });

  it("undoes it when the work fails, too, and passes the failure on", async () => {
    const { cleanUp, events } = makeCleanUp();
    const work = cleanUp.around(() => {
      undoing(cleanUp, events, "one");
      return Promise.reject(new Error("no"));
    });
    await expect(work).rejects.toThrow("no");
    expect(events).toEqual(["undo one"]);
  });

  it("goes on when an action fails, and tells of it", async () => {
    const { cleanUp, events } = makeCleanUp();
    undoing(cleanUp, events, "one");
    cleanUp.add("two", () => Promise.reject(new Error("stuck")));
    await cleanUp.run();
    expect(events).toEqual(["two: Error: stuck", "undo one"]);
  });

  it("takes each action once", async () => {
    const { cleanUp, events } = makeCleanUp();
    undoing(cleanUp, events, "one");
    await cleanUp.run();
    await cleanUp.run();
    expect(events).toEqual(["undo one"]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("ends by %s with %i, after cleaning up", async (signal, expected) => {
    const { cleanUp, events } = makeCleanUp();
    const status = cleanUp.around(async () => {
      undoing(cleanUp, events, "one");
      process.emit(signal, signal);
      process.emit(signal, signal);
      return unlessInterrupted(NEVER, cleanUp.interruption);
    });
    expect(await status).toBe(expected);
    expect(events).toEqual([signal, "undo one"]);
  });

  it("fails with the error of a part that has failed", async () => {
    const { cleanUp } = makeCleanUp();
    const work = cleanUp.around(async () => {
      cleanUp.fail(new Error("the emulator has gone"));
      return unlessInterrupted(NEVER, cleanUp.interruption);
    });
    await expect(work).rejects.toThrow("the emulator has gone");
  });
});

describe("unlessInterrupted", () => {
  it("settles as the promise does", async () => {
    const { signal } = new AbortController();
    await expect(unlessInterrupted(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(unlessInterrupted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  });

  it("fails with the reason of the interruption", async () => {
    const controller = new AbortController();
    const waiting = unlessInterrupted(NEVER, controller.signal);
    controller.abort(new Error("interrupted"));
    await expect(waiting).rejects.toThrow("interrupted");
    await expect(unlessInterrupted(NEVER, controller.signal)).rejects.toThrow("interrupted");
  });
});
