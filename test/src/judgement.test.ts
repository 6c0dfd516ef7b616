import { describe, expect, it } from "vitest";
import type { Observation } from "../../features/index.ts";
import { judge, type JudgeParts, type SmtpClient } from "../../src/judgement.ts";
import { flowRecord } from "../support/flow-record.ts";

const record = flowRecord();
const client: SmtpClient = {
  hostname: "mail.example.net",
  endpoint: { address: "192.0.2.7", port: 41231 },
  server: undefined,
};
const model = { name: "logistic-3", threshold: null, probability: () => 0.25 };

function parts(changes: Partial<JudgeParts> = {}): JudgeParts {
  return {
    flows: { observe: () => Promise.resolve({ kind: "flow", record }) },
    model: () => model,
    required: undefined,
    scoreLocal: false,
    ...changes,
  };
}

function observing(observation: Observation): Partial<JudgeParts> {
  return { flows: { observe: () => Promise.resolve(observation) } };
}

function at(address: string, port = 41231): SmtpClient {
  return { ...client, endpoint: { address, port } };
}

async function reasonOf(who: SmtpClient, authenticated: boolean, with_: JudgeParts) {
  const judgement = await judge(who, authenticated, with_);
  return judgement.kind === "unknown" ? judgement.reason : "scored";
}

describe("judge", () => {
  it("scores a flow with the model and its features", async () => {
    const judgement = await judge(client, false, parts());
    expect(judgement).toMatchObject({ kind: "scored", score: 0.25, model: "logistic-3", record });
    expect(judgement.kind === "scored" && judgement.features["handshake_rtt"]).toBe(0.03);
  });

  it("takes the threshold from the settings, else from the model, else 0.8", async () => {
    const own = { ...model, threshold: 0.7 };
    const required = async (changes: Partial<JudgeParts>) => {
      const judgement = await judge(client, false, parts(changes));
      return judgement.kind === "scored" ? judgement.required : undefined;
    };
    expect(await required({ required: 0.6, model: () => own })).toBe(0.6);
    expect(await required({ model: () => own })).toBe(0.7);
    expect(await required({})).toBe(0.8);
  });

  it("skips authenticated clients before all others", async () => {
    expect(await reasonOf(at("127.0.0.1"), true, parts())).toBe("authenticated");
  });

  it("skips local addresses unless told to score them", async () => {
    expect(await reasonOf(at("10.99.0.7"), false, parts())).toBe("local");
    expect(await reasonOf(at("10.99.0.7"), false, parts({ scoreLocal: true }))).toBe("scored");
  });

  it("never scores a client without a network peer, nor an authenticated one", async () => {
    const all = parts({ scoreLocal: true });
    expect(await reasonOf({ ...client, endpoint: undefined }, false, all)).toBe("local");
    expect(await reasonOf(at("127.0.0.1", 0), false, all)).toBe("local");
    expect(await reasonOf(client, true, all)).toBe("authenticated");
  });

  it("does not ask the capture about clients that it skips", async () => {
    const flows = { observe: () => Promise.reject(new Error("asked")) };
    expect(await reasonOf(at("192.168.1.1"), false, parts({ flows }))).toBe("local");
  });

  it.each([
    [{ kind: "no-flow" }, "no-flow"],
    [{ kind: "partial", record }, "partial"],
    [{ kind: "partial", record: undefined }, "partial"],
  ] as const)("gives no score to %j", async (observation, reason) => {
    expect(await reasonOf(client, false, parts(observing(observation)))).toBe(reason);
  });

  it("warms up while there is no model, and keeps the flow to learn from", async () => {
    const judgement = await judge(client, false, parts({ model: () => undefined }));
    expect(judgement).toEqual({ kind: "unknown", reason: "warming-up", record });
  });

  it("tells a missing flow before a missing model", async () => {
    const none = parts({ ...observing({ kind: "no-flow" }), model: () => undefined });
    expect(await reasonOf(client, false, none)).toBe("no-flow");
  });
});
