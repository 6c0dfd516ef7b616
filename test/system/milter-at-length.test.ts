/** Scenarios of test/milter/scenarios that take too long for every commit: very large mails, and every cut. */
import { createHash } from "node:crypto";
import { connect } from "node:net";

import { describe, expect, it, onTestFinished, vi } from "vitest";

import { type Filter, MilterClient, parseListenSpec } from "../../milter/index.ts";
import { type Log, obedient } from "../milter/support/filters.ts";
import { LONG_SESSION } from "../milter/support/long-session.ts";
import { expectGoodTransaction, GOOD_MESSAGE } from "../milter/support/raw-peer.ts";
import { playChunks, serve } from "../milter/support/served.ts";
import { freePort } from "../support/free-port.ts";
import { removeFolder, stateFolder } from "../support/mail-system.ts";
import { ServeProcess } from "../support/spamflow-process.ts";
import { canCapture } from "../support/system.ts";

interface Digest {
  headers: number;
  bodyBytes: number;
  hash: string;
}

/** Makes a digest of all that it sees of a message. */
function digester(
  digests: Digest[],
): Filter<{ digest: Digest; hash: ReturnType<typeof createHash> }> {
  const begin = () => ({
    digest: { headers: 0, bodyBytes: 0, hash: "" },
    hash: createHash("sha256"),
  });
  return {
    open: begin,
    observe: {
      mail: (state) => void Object.assign(state, begin()),
      header: ({ digest, hash }, { name, rawValue }) => {
        digest.headers += 1;
        hash.update(`${name}:`).update(rawValue);
      },
      body: ({ digest, hash }, { chunk }) => {
        digest.bodyBytes += chunk.length;
        hash.update(chunk);
      },
    },
    endOfMessage: ({ digest, hash }) => {
      digests.push({ ...digest, hash: hash.digest("hex") });
      return { decision: { kind: "continue" } };
    },
  };
}

const HEADERS = Array.from({ length: 100_000 }, (_, n) => [`X-${n}`, `v${n}`.repeat(5)] as const);
const BODY = Buffer.alloc(10_000_000, "0123456789abcdef\r\n");

describe.each(["tcp", "unix"] as const)("scenario 10: a mail over %s", (transport) => {
  it("of 100,000 headers and a body of 10 MB is seen as it was sent", async () => {
    const digests: Digest[] = [];
    const served = await serve(digester(digests), transport);
    const mta = await served.client();
    const played = await mta.playMessage({ ...GOOD_MESSAGE, headers: HEADERS, body: BODY });
    await mta.quit();
    expect(played.reply).toEqual({ kind: "continue" });
    const sent = createHash("sha256");
    for (const [name, value] of HEADERS) sent.update(`${name}:${value}`);
    const hash = sent.update(BODY).digest("hex");
    expect(digests).toEqual([{ headers: HEADERS.length, bodyBytes: BODY.length, hash }]);
    await expectGoodTransaction(served);
  });

  it("of 100,000 forged headers keeps none of them", async () => {
    const filter: Filter<null> = {
      open: () => null,
      actions: ["change-headers"],
      countedHeaders: ["X-Test"],
      endOfMessage: () => ({
        edits: [{ kind: "delete-headers", name: "X-Test" }],
        decision: { kind: "continue" },
      }),
    };
    const served = await serve(filter, transport);
    const mta = await served.client();
    for (let n = 0; n < 100_000; n += 1) {
      const name = n % 2 === 0 ? "X-Test" : "x-test";
      await mta.send({ kind: "header", name, value: "forged", rawValue: Buffer.from("forged") });
    }
    const { edits } = await mta.endOfMessage();
    const indexes = edits.map((edit) => (edit.kind === "change-header" ? edit.index : 0));
    expect(indexes).toEqual(Array.from({ length: 100_000 }, (_, n) => 100_000 - n));
    await mta.quit();
    await expectGoodTransaction(served);
  });
});

describe.each(["tcp", "unix"] as const)("scenario 7: a long session over %s", (transport) => {
  it("gets the same bytes in every two parts", async () => {
    const log: Log = [];
    const served = await serve(obedient(log), transport);
    const whole = await playChunks(served.socket, [LONG_SESSION]);
    const wholeLog = log.splice(0);
    for (let cut = 1; cut < LONG_SESSION.length; cut += 1) {
      const parts = [LONG_SESSION.subarray(0, cut), LONG_SESSION.subarray(cut)];
      expect(await playChunks(served.socket, parts)).toBe(whole);
      expect(log.splice(0)).toEqual(wholeLog);
    }
    await expectGoodTransaction(served);
  });
});

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", () => {
      resolve(true);
    });
  });
}

describe.runIf(canCapture())("scenario 14: serve under SIGTERM", () => {
  it("lets 50 running messages finish, takes no new connection, and ends well", async () => {
    const folder = await stateFolder();
    onTestFinished(() => removeFolder(folder));
    const port = await freePort();
    const target = parseListenSpec(`inet:${port}@127.0.0.1`);
    const daemon = await ServeProcess.start([
      ...["--listen", `inet:127.0.0.1:${port}`, "--interface", "lo", "--ports", "25"],
      ...["--state", folder],
    ]);
    const clients = await Promise.all(Array.from({ length: 50 }, () => MilterClient.open(target)));
    for (const mta of clients) {
      await mta.send({ kind: "mail", sender: "<a@example.net>", arguments: [] });
      // Over TCP DATA is answered, so the message is known to be under way.
      expect(await mta.send({ kind: "data" })).toEqual({ kind: "continue" });
    }
    const status = daemon.end("SIGTERM");
    await vi.waitUntil(() => isRefused(port), { timeout: 10_000, interval: 10 });
    const answers = await Promise.all(clients.map((mta) => mta.endOfMessage()));
    expect(answers.map(({ reply }) => reply.kind)).toEqual(clients.map(() => "continue"));
    await Promise.all(clients.map((mta) => mta.vanish()));
    expect(await status).toBe(0);
  });
});
