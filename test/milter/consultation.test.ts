import { describe, expect, it } from "vitest";

import { Consultation, type Fault } from "../../milter/consultation.ts";

function consult(timeoutMs = 1_000) {
  const events: string[] = [];
  const describeFault = (fault: Fault) =>
    fault.kind === "handler-error" ? `${fault.kind} ${String(fault.error)}` : fault.kind;
  const consultation = new Consultation({
    limits: { handlerTimeoutMs: timeoutMs, progressIntervalMs: 1_000 },
    onWait: () => void events.push("wait"),
    onProgress: () => void events.push("progress"),
    onFault: (fault) => {
      events.push(`${fault.point} ${describeFault(fault)}`);
      return undefined;
    },
  });
  const use = (value: unknown) => {
    events.push(`use ${String(value)}`);
    return undefined;
  };
  return { consultation, events, use };
}

function fail(): never {
  throw new Error("broken");
}

describe("Consultation", () => {
  it("uses an answer at once where there is one", () => {
    const { consultation, events, use } = consult();
    expect(consultation.ask("mail", () => 7, use)).toBeUndefined();
    expect(events).toEqual(["use 7"]);
  });

  it("waits for a promise, after it has said so", async () => {
    const { consultation, events, use } = consult();
    await consultation.ask("mail", () => Promise.resolve(7), use);
    expect(events).toEqual(["wait", "use 7"]);
  });

  it("makes faults of what a callback throws or rejects, and of an answer that cannot be used", async () => {
    const { consultation, events, use } = consult();
    await consultation.ask("mail", fail, use);
    await consultation.ask("rcpt", () => Promise.reject(new Error("broken")), use);
    await consultation.ask("data", () => 7, fail);
    await consultation.ask("body", () => Promise.resolve(7), fail);
    expect(events.filter((event) => event !== "wait")).toEqual(
      ["mail", "rcpt", "data", "body"].map((point) => `${point} handler-error Error: broken`),
    );
  });

  it("gives up a callback that does not settle", async () => {
    const { consultation, events, use } = consult(1);
    await consultation.ask("mail", () => new Promise(() => undefined), use);
    expect(events).toEqual(["wait", "mail handler-timeout"]);
  });

  it("does nothing more for a callback that was cancelled", async () => {
    const { consultation, events, use } = consult();
    const work = consultation.ask("mail", () => new Promise(() => undefined), use);
    consultation.cancel();
    await work;
    expect(events).toEqual(["wait"]);
  });
});
