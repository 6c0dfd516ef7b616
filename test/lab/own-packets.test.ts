import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  MX_ADDRESS,
  MX_ADDRESS_6,
  MX_DEVICE,
  NetworkLab,
  kernelHasIpv6,
} from "../../src/demo/network-lab.ts";
import type { MailRecord } from "../../src/mail-record.ts";
import { capturedMessages } from "../support/captured-messages.ts";
import { FORGED, headersOf, ourHeaders, valueOf } from "../support/mail-headers.ts";
import {
  enterNamespace,
  MailSystem,
  removeFolder,
  stateFolder,
  trainInto,
} from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { spamflow } from "../support/spamflow-process.ts";
import { canRunLab } from "../support/system.ts";
import { WholeCapture } from "../support/whole-capture.ts";

/** A link with loss and jitter, so that there is something to measure. */
const LINK = {
  up: { delayMs: 15, jitterMs: 4, loss: 0.03 },
  down: { delayMs: 15, jitterMs: 2, loss: 0.03 },
};
const PATHS = [
  { name: "IPv4", host: MX_ADDRESS, address: "10.99.16.20" },
  { name: "IPv6", host: MX_ADDRESS_6, address: "fd00:99::1:20" },
] as const;
const CASES = PATHS.flatMap((path) =>
  (["inet", "unix"] as const).map((milter) => ({ ...path, milter })),
);

/** Three mails in one connection, the second with forged headers. */
async function sendThree(server: ConstructorParameters<typeof SmtpDialogue>[0]): Promise<string[]> {
  const client = new SmtpDialogue(server);
  await client.begin();
  const replies: string[] = [];
  for (const [n, forged] of [[], FORGED, []].entries()) {
    const headers = [...forged.slice(0, 2), `Subject: mail ${n}.`, ...forged.slice(2)];
    replies.push(await client.mail(headers));
  }
  await client.quit();
  return replies;
}

describe.runIf(canRunLab())("mails over emulated links, through a real Postfix", () => {
  let lab: NetworkLab;
  beforeAll(async () => {
    const hosts = PATHS.map(({ address }) => ({ address, link: LINK }));
    lab = await NetworkLab.up({ hosts, seed: 7 });
  });
  afterAll(async () => {
    await lab.down();
  });

  let state = "";
  let system: MailSystem | undefined;
  let capture: WholeCapture | undefined;
  beforeEach(async () => {
    state = await stateFolder();
  });
  afterEach(async () => {
    await system?.stop();
    await capture?.stop();
    await removeFolder(state);
    system = capture = undefined;
  });

  it.each(CASES.filter(({ name }) => name === "IPv4" || kernelHasIpv6()))(
    "get one header each, with the features of their own packets ($name, $milter)",
    async ({ host, address, milter }) => {
      await trainInto(state);
      const namespace = lab.mxNamespace;
      const options = { host, port: 25, milter, interfaceName: MX_DEVICE, namespace };
      system = await MailSystem.start(state, { ...options, serve: ["--score-local"] });
      capture = await WholeCapture.start({
        interfaceName: MX_DEVICE,
        filter: "tcp port 25",
        file: join(state, "beside.pcap"),
        enter: enterNamespace(namespace),
      });
      const from = { enter: enterNamespace(lab.hostsNamespace), address };
      for (const reply of await sendThree({ host, port: 25, from })) expect(reply).toMatch(/^250/);

      const mails = await system.delivered(3);
      const messages = await capturedMessages(capture.file, { port: 25, count: 3 });
      expect(messages.map(({ message, cut }) => [message, cut])).toEqual([
        [1, "end-of-data"],
        [2, "end-of-data"],
        [3, "end-of-data"],
      ]);
      for (const [n, message] of messages.entries()) {
        const mail = mails.find((text) => text.includes(`Subject: mail ${n}.`)) ?? "";
        const [header = "", ...others] = ourHeaders(mail);
        expect(others).toEqual([]);
        expect(header).toMatch(/^X-SpamFlow: (Yes|No), score=[01]\.\d{3} required=0\.800 /);
        const { client_packets: sent, server_packets: received } = message.features;
        expect(Number(valueOf(header, "packets"))).toBe(Number(sent) + Number(received));

        const why = await spamflow(["why", valueOf(header, "id"), "--json", "--state", state]);
        const kept = JSON.parse(why.stdout) as MailRecord;
        const { client, server, started, ended, complete, features } = message;
        expect(kept).toMatchObject({ client, server, started, ended, complete, features });
      }
      const forged = mails.find((text) => text.includes("Subject: mail 1.")) ?? "";
      expect(headersOf(forged)).toContain("X-Spam-Flag: NO");
    },
  );
});
