import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDelivered } from "../../src/demo/delivered-mail.ts";
import { planBatch } from "../../src/demo/mail-plan.ts";
import { MX_ADDRESS, MX_ADDRESS_6, NetworkLab } from "../../src/demo/network-lab.ts";
import type { Host, Manners } from "../../src/demo/population.ts";
import { PrivatePostfix } from "../../src/demo/private-postfix.ts";
import { sendBatch } from "../../src/demo/sending-hosts.ts";
import { canRunLab } from "../support/system.ts";

const DELIVERY_DEADLINE_MS = 10_000;

function host(address: string, manners: Partial<Manners>, receiveWindow?: number): Host {
  const way = { delayMs: 5 };
  return {
    address,
    hostClass: "ham",
    kind: "test",
    link: { up: way, down: way, swallowsResets: manners.leaves === "vanish" },
    manners: {
      hello: "EHLO",
      pipelines: false,
      thinkMs: 0,
      leaves: "quit",
      simultaneous: 2,
      mailsPerConnection: 1,
      breaksOff: false,
      ...manners,
    },
    ...(receiveWindow === undefined ? {} : { receiveWindow }),
  };
}

const HOSTS = [
  host("10.99.16.21", { pipelines: true, mailsPerConnection: 2 }),
  host("10.99.16.22", { leaves: "vanish", breaksOff: true, hello: "HELO" }),
  host("fd00:99::1:23", { leaves: "reset" }, 8_192),
];

describe.runIf(canRunLab())("sendBatch", () => {
  const folder = join(tmpdir(), `spamflow-sending-test-${process.pid}`);
  let lab: NetworkLab;
  let postfix: PrivatePostfix | undefined;

  beforeAll(async () => {
    lab = await NetworkLab.up({ hosts: HOSTS, seed: 1 });
    postfix = await PrivatePostfix.create({
      folder,
      namespace: lab.mxNamespace,
      listen: [`${MX_ADDRESS}:25`, `[${MX_ADDRESS_6}]:25`],
      milters: "",
    });
    await postfix.start();
  });

  afterAll(async () => {
    await postfix?.remove();
    await lab.down();
    await rm(folder, { recursive: true, force: true });
  });

  it("has each host's mails delivered, from its own address", async () => {
    const progress: number[] = [];
    const plan = { name: "first", hosts: HOSTS, mailsPerHost: 2, durationMs: 200, seed: 1 };
    const sent = await sendBatch({
      namespace: lab.hostsNamespace,
      connections: planBatch(plan),
      onProgress: (accepted) => progress.push(accepted),
      interruption: new AbortController().signal,
    });
    expect(sent.unsent).toEqual([]);
    expect(progress).toEqual([1, 2, 3, 4, 5, 6]);

    await postfix?.waitUntilDelivered(6, DELIVERY_DEADLINE_MS);
    const mails = ((await postfix?.mails()) ?? []).map(({ text }) => readDelivered(text));
    const clients = mails.map(({ client }) => client).toSorted();
    expect(clients).toEqual(HOSTS.flatMap(({ address }) => [address, address]));
    expect(mails.map(({ planned }) => planned).toSorted()).toEqual(sent.accepted.toSorted());
  });

  it("stops when it is interrupted", async () => {
    const plan = { name: "second", hosts: HOSTS, mailsPerHost: 1, durationMs: 600_000, seed: 1 };
    const interruption = new AbortController();
    const sending = sendBatch({
      namespace: lab.hostsNamespace,
      connections: planBatch(plan),
      onProgress: () => undefined,
      interruption: interruption.signal,
    });
    interruption.abort(new Error("enough"));
    await expect(sending).rejects.toThrow("enough");
  });
});
