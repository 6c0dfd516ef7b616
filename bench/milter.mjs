/**
 * The milter beside Sendmail's libmilter: transactions, latency, CPU time, memory, and the real Postfix.
 *
 *   npm run bench -- milter [--seconds 1.5] [--rounds 3] [--bytes 2048,65536,1048576] [--connections 1,10,50,200]
 *     [--sockets unix,tcp] [--mails 300] [--only transactions,postfix,footprint]
 *
 * Only figures of one run can be compared, and those as ratios.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import * as os from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { footprintTable } from "./milter/footprint.mjs";
import { postfixTable } from "./milter/real-postfix.mjs";
import { compileLoad, milters } from "./milter/servers.mjs";
import { transactionTable } from "./milter/transactions.mjs";
import { machineLine } from "./measuring/table.mjs";

const OPTIONS = {
  seconds: { type: "string", default: "1.5" },
  rounds: { type: "string", default: "3" },
  bytes: { type: "string", default: "2048,65536,1048576" },
  connections: { type: "string", default: "1,10,50,200" },
  sockets: { type: "string", default: "unix,tcp" },
  mails: { type: "string", default: "300" },
  only: { type: "string", default: "transactions,postfix,footprint" },
};

function planFrom(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  return {
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    bytes: values.bytes.split(",").map(Number),
    connections: values.connections.split(",").map(Number),
    sockets: values.sockets.split(","),
    mails: Number(values.mails),
    parts: new Set(values.only.split(",")),
  };
}

export async function run(args) {
  const plan = planFrom(args);
  const folder = await mkdtemp(join(os.tmpdir(), "bench-milter-"));
  // Postfix's own users must reach the sockets in it.
  await chmod(folder, 0o755);
  try {
    const load = compileLoad(folder);
    const all = milters(folder);
    process.stdout.write(`${machineLine(os)}\n`);
    if (plan.parts.has("transactions"))
      process.stdout.write(`\n${await transactionTable(all, load, folder, plan)}\n`);
    if (plan.parts.has("footprint"))
      process.stdout.write(`\n${await footprintTable(all, load, folder)}\n`);
    if (plan.parts.has("postfix") && process.getuid() === 0)
      process.stdout.write(`\n${await postfixTable(all, load, folder, plan)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
