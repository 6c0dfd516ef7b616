/** The same numbers live and from a capture file, to the last bit, however a client sends its mails. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MX_ADDRESS, MX_DEVICE, NetworkLab } from "../../src/demo/network-lab.ts";
import type { MailRecord } from "../../src/mail-record.ts";
import { capturedMessages } from "../support/captured-messages.ts";
import { ourHeaders, valueOf } from "../support/mail-headers.ts";
import {
  enterNamespace,
  MailSystem,
  removeFolder,
  stateFolder,
  trainInto,
} from "../support/mail-system.ts";
import { SmtpDialogue } from "../support/smtp-dialogue.ts";
import { ServeProcess, spamflow } from "../support/spamflow-process.ts";
import { canRunLab } from "../support/system.ts";
import { WholeCapture } from "../support/whole-capture.ts";

const CLIENT = "10.99.16.21";
/** A link with loss and jitter, so that there is something to measure. */
const LINK = {
  up: { delayMs: 10, jitterMs: 4, loss: 0.03 },
  down: { delayMs: 10, jitterMs: 2, loss: 0.03 },
};
const ENVELOPE = "MAIL FROM:<sender@example.net>\r\nRCPT TO:<user@example.com>\r\n";

function content(subject: string): string {
  return `Subject: ${subject}\r\n\r\n${"A line of text.\r\n".repeat(200)}`;
}

/** Ways to send mails in one connection; each resolves to the replies to the ends of data. */
const WAYS: readonly {
  readonly name: string;
  readonly mails: number;
  readonly send: (client: SmtpDialogue, subject: string) => Promise<string>;
}[] = [
  {
    name: "plain",
    mails: 1,
    send: (client, subject) => client.mail([`Subject: ${subject}`]),
  },
  {
    name: "pipelined",
    mails: 2,
    send: async (client, subject) => {
      client.send(`${ENVELOPE}DATA\r\n`);
      await client.replies(3);
      return client.say(`${content(subject)}.\r\n`);
    },
  },
  {
    name: "chunked",
    mails: 2,
    send: async (client, subject) => {
      client.send(ENVELOPE);
      await client.replies(2);
      const text = content(subject);
      const half = text.length >> 1;
      await client.say(`BDAT ${half}\r\n${text.slice(0, half)}`);
      return client.say(`BDAT ${text.length - half} LAST\r\n${text.slice(half)}`);
    },
  },
  {
    name: "many",
    mails: 5,
    send: (client, subject) => client.mail([`Subject: ${subject}`]),
  },
];

/** Each mail is looked up by a program of its own, which takes its time on a busy machine. */
const BOUND_MILLISECONDS = 240_000;

describe.runIf(canRunLab())("mails over an emulated link, through a real Postfix,", () => {
  let lab: NetworkLab;
  beforeAll(async () => {
    lab = await NetworkLab.up({ hosts: [{ address: CLIENT, link: LINK }], seed: 11 });
  });
  afterAll(async () => {
    await lab.down();
  });

  let state = "";
  let system: MailSystem | undefined;
  let sensor: ServeProcess | undefined;
  let capture: WholeCapture | undefined;
  beforeEach(async () => {
    state = await stateFolder();
    await trainInto(state);
  });
  afterEach(async () => {
    await system?.stop();
    await sensor?.end();
    await capture?.stop();
    await removeFolder(state);
    system = sensor = capture = undefined;
  });

  async function start(withSensor: boolean): Promise<readonly [MailSystem, WholeCapture]> {
    const namespace = lab.mxNamespace;
    const enter = enterNamespace(namespace);
    const listen = `unix:${state}/sensor.sock`;
    if (withSensor) {
      sensor = await ServeProcess.sensor(["--listen", listen, "--interface", MX_DEVICE], enter);
    }
    const serve = ["--score-local", ...(withSensor ? ["--sensor", listen] : [])];
    const where = { host: MX_ADDRESS, port: 25, interfaceName: MX_DEVICE, namespace };
    system = await MailSystem.start(state, { ...where, milter: "unix", serve });
    capture = await WholeCapture.start({
      interfaceName: MX_DEVICE,
      filter: "tcp port 25",
      file: join(state, "beside.pcap"),
      enter,
    });
    return [system, capture];
  }

  /** Sends mails each in its way; their subjects, in order. */
  async function sendAll(): Promise<string[]> {
    const from = { enter: enterNamespace(lab.hostsNamespace), address: CLIENT };
    const subjects: string[] = [];
    for (const { name, mails, send } of WAYS) {
      const client = new SmtpDialogue({ host: MX_ADDRESS, port: 25, from });
      await client.begin();
      for (let n = 0; n < mails; n += 1) {
        subjects.push(`${name} ${n}.`);
        expect(await send(client, `${name} ${n}.`)).toMatch(/^250/);
      }
      await client.quit();
    }
    return subjects;
  }

  /** What is kept of the mail with this subject. */
  async function kept(subject: string): Promise<MailRecord> {
    const [header = ""] = ourHeaders((await system?.mail(subject)) ?? "");
    expect(header).toMatch(/^X-SpamFlow: (Yes|No), score=.*capture=complete/);
    const why = await spamflow(["why", valueOf(header, "id"), "--json", "--state", state]);
    return JSON.parse(why.stdout) as MailRecord;
  }

  it.each([
    ["a capture of its own", false],
    ["a sensor", true],
  ] as const)(
    "have by %s the numbers that a capture file gives",
    async (_, withSensor) => {
      const [, beside] = await start(withSensor);
      const subjects = await sendAll();
      const records: MailRecord[] = [];
      for (const subject of subjects) records.push(await kept(subject));
      const messages = await capturedMessages(beside.file, { port: 25, count: subjects.length });
      expect(messages).toHaveLength(subjects.length);
      expect(messages.map(({ cut }) => cut)).toEqual(subjects.map(() => "end-of-data"));
      const byTime = messages.toSorted((one, other) => one.ended - other.ended);
      for (const [n, message] of byTime.entries()) {
        const { client, server, started, ended, complete, features } = message;
        expect(records[n], subjects[n]).toMatchObject({
          client,
          server,
          started,
          ended,
          complete,
          features,
        });
      }
    },
    BOUND_MILLISECONDS,
  );
});
