/** What many idle connections and a message of very many headers cost. */
import { once } from "node:events";
import { connect } from "node:net";
import { POSTFIX_OFFER } from "../../dist/milter/index.js";
import { residentBytes } from "../measuring/child.mjs";
import { markdownTable } from "../measuring/table.mjs";
import { socketOf, start } from "./servers.mjs";
import { measure } from "./transactions.mjs";

const IDLE_CONNECTIONS = 10_000;
const AT_A_TIME = 100;
const MANY_HEADERS = 100_000;
const MEGABYTE = 1_048_576;

function offerPacket() {
  const packet = Buffer.alloc(17);
  const { version, actions, protocol } = POSTFIX_OFFER;
  packet.writeUInt32BE(13, 0);
  packet.write("O", 4);
  [version, actions, protocol].forEach((word, index) => packet.writeUInt32BE(word, 5 + 4 * index));
  return packet;
}

/** Opens a connection and negotiates. */
async function negotiated(address) {
  const socket = connect(address);
  socket.write(offerPacket());
  await once(socket, "data");
  return socket;
}

async function idleGrowth(milter, folder) {
  const socket = socketOf("unix", folder, 50);
  const server = await start(milter, socket);
  const open = [];
  try {
    const before = residentBytes(server.pid);
    while (open.length < IDLE_CONNECTIONS) {
      const batch = Array.from({ length: AT_A_TIME }, () => negotiated(socket.address));
      open.push(...(await Promise.all(batch)));
    }
    return (residentBytes(server.pid) - before) / MEGABYTE;
  } finally {
    for (const each of open) each.destroy();
    await server.stop();
  }
}

async function manyHeaders(milter, load, folder) {
  const socket = socketOf("unix", folder, 51);
  const server = await start(milter, socket);
  try {
    const plan = { connections: 1, seconds: 4, bytes: 2048, headers: MANY_HEADERS };
    return measure(load, { socket, pid: server.pid, ...plan });
  } finally {
    await server.stop();
  }
}

export async function footprintTable(milters, load, folder) {
  const rows = [];
  for (const milter of milters) {
    const headers = await manyHeaders(milter, load, folder);
    const isThreadEach = milter.name === "libmilter";
    const idle = isThreadEach ? "–" : (await idleGrowth(milter, folder)).toFixed(0);
    rows.push([milter.name, idle, (headers.p50Milliseconds / 1000).toFixed(2)]);
  }
  const head = ["milter", `MB for ${IDLE_CONNECTIONS} idle connections`, "s for 100,000 headers"];
  return markdownTable(head, rows);
}
