/**
 * The milter under test, in a process of its own: `node --expose-gc milter-process.mjs SOCKET-PATH LEAK`. It listens
 * there and on a TCP port, and answers every message of its parent with what it holds at that moment. What a mail's
 * filter does stands in the local part of the sender. Of each connection it keeps LEAK bytes for ever, so that one can
 * see that a soak notices.
 */
import { readdirSync } from "node:fs";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";

import { MilterServer } from "../../dist/milter/index.js";

const LIMITS = {
  negotiationTimeoutMs: 3_000,
  packetTimeoutMs: 3_000,
  handlerTimeoutMs: 300,
  progressIntervalMs: 50,
};

const [path, leak] = process.argv.slice(2);
const leaked = [];

let contexts = 0;
let faults = 0;

const ANSWER = {
  edits: [
    { kind: "delete-headers", name: "X-Soak" },
    { kind: "insert-header", index: 0, name: "X-Soak", value: "ours" },
  ],
  decision: { kind: "continue" },
};

/** An MTA that lets nothing be changed is answered too. */
const UNCHANGED = { decision: { kind: "continue" } };

const BY_SENDER = {
  "<throw@example.net>": () => {
    throw new Error("broken");
  },
  "<fail@example.net>": () => Promise.reject(new Error("broken")),
  "<slow@example.net>": () => pause(5, ANSWER),
  "<never@example.net>": () => new Promise(() => undefined),
};

/** Hears everything, so that nothing of a transaction goes by unseen. */
const filter = {
  open: () => {
    contexts += 1;
    if (Number(leak) > 0) leaked.push(Buffer.alloc(Number(leak)));
    return { sender: "", bodyBytes: 0 };
  },
  actions: ["add-headers", "change-headers"],
  macros: { connect: ["j", "{client_port}"] },
  observe: {
    connect: () => undefined,
    helo: () => undefined,
    mail: (state, { sender }) => {
      state.sender = sender;
      state.bodyBytes = 0;
    },
    rcpt: () => undefined,
    data: () => undefined,
    header: (state, { value }) => {
      state.lastValue = value;
    },
    endOfHeaders: () => undefined,
    body: (state, { chunk }) => {
      state.bodyBytes += chunk.length;
    },
  },
  endOfMessage: ({ sender }, session) => {
    if (!session.can("change-headers")) return UNCHANGED;
    return BY_SENDER[sender]?.() ?? ANSWER;
  },
  abort: () => undefined,
  close: () => {
    contexts -= 1;
  },
};

for (const event of ["unhandledRejection", "uncaughtException"])
  process.on(event, (error) => {
    faults += 1;
    process.stderr.write(`${event}: ${error?.stack ?? error}\n`);
  });

const server = new MilterServer(filter, {
  limits: LIMITS,
  onHandlerError: { kind: "tempfail" },
});

/** A second collection frees what finalizers and weak references of the first one held. */
async function collectGarbage() {
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc();
    await turn();
  }
}

async function measure() {
  await collectGarbage();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const { connections, openConnections, messages, reports } = server.counters;
  return {
    descriptors: readdirSync("/proc/self/fd").length,
    heapBytes: heapUsed,
    bufferBytes: external + arrayBuffers,
    rssBytes: rss,
    contexts,
    openConnections,
    faults,
    connections,
    messages,
    reports,
  };
}

process.on("message", () => void measure().then((measured) => process.send(measured)));
process.once("disconnect", () => void server.stop(0));

const tcp = await server.listen({ kind: "tcp", host: "127.0.0.1", port: 0 });
await server.listen({ kind: "unix", path });
process.send({ port: tcp.spec.port });
