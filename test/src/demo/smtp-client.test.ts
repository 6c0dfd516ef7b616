import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { PlannedConnection } from "../../../src/demo/mail-plan.ts";
import type { Manners } from "../../../src/demo/population.ts";
import { sendMails } from "../../../src/demo/smtp-client.ts";

const MANNERS: Manners = {
  hello: "EHLO",
  pipelines: false,
  thinkMs: 0,
  leaves: "quit",
  simultaneous: 1,
  mailsPerConnection: 1,
  breaksOff: false,
};

function connection(
  manners: Partial<Manners> = {},
  plan: Partial<PlannedConnection> = {},
): PlannedConnection {
  const mail = { recipient: "first@example.com", bytes: 600 };
  return {
    address: "127.0.0.1",
    manners: { ...MANNERS, ...manners },
    startMs: 0,
    mails: [{ ...mail, id: "first.1" }],
    breaksOff: false,
    ...plan,
  };
}

interface Session {
  /** What the client wrote, one entry for each arrival. */
  readonly chunks: string[];
  ending: "fin" | "reset" | undefined;
}

/** Replies to the commands of a chunk; `refuse` names one that is answered by 550. */
function repliesTo(chunk: string, refuse: string | undefined): string {
  if (chunk.endsWith("\r\n.\r\n")) return "250 2.0.0 queued\r\n";
  const commands = chunk.split("\r\n").filter((line) => /^[A-Z]{4}( |$)/.test(line));
  return commands.map((command) => replyTo(command.slice(0, 4), refuse)).join("");
}

function replyTo(verb: string, refuse: string | undefined): string {
  if (verb === refuse) return "550 5.7.1 refused\r\n";
  if (verb === "EHLO") return "250-mx.example.com\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
  const codes: Record<string, string> = { DATA: "354 go", QUIT: "221 bye" };
  return `${codes[verb] ?? "250 ok"}\r\n`;
}

describe("sendMails", () => {
  let server: Server;
  let session: Session;

  /** A server that notes what comes and says yes to all, but to `refuse`. */
  async function listen(refuse?: string): Promise<{ host: string; port: number }> {
    session = { chunks: [], ending: undefined };
    server = createServer((socket: Socket) => {
      socket.write("220 mx.example.com\r\n");
      socket.on("data", (data) => {
        session.chunks.push(data.toString());
        socket.write(repliesTo(data.toString(), refuse));
        if (data.toString() === "QUIT\r\n") socket.end();
      });
      socket.on("end", () => (session.ending = "fin"));
      socket.on("error", () => (session.ending = "reset"));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
  }

  /** Waits until the server's side of all connections is closed. */
  async function serverClosed(): Promise<void> {
    server.close();
    await once(server, "close");
  }

  afterEach(() => {
    server.close();
  });

  it("sends each mail with its envelope, and takes leave", async () => {
    const accepted: string[] = [];
    const [mail] = connection().mails;
    const mails = [mail, { ...mail, id: "first.2" }] as PlannedConnection["mails"];
    await sendMails(connection({}, { mails }), await listen(), ({ id }) => accepted.push(id));
    await serverClosed();
    expect(accepted).toEqual(["first.1", "first.2"]);
    const commands = session.chunks.filter((chunk) => !chunk.endsWith("\r\n.\r\n"));
    expect(commands.map((command) => command.slice(0, 4))).toEqual([
      ...["EHLO", "MAIL", "RCPT", "DATA"],
      ...["MAIL", "RCPT", "DATA", "QUIT"],
    ]);
    expect(session.ending).toBe("fin");
  });

  it("writes the envelope at once when it pipelines", async () => {
    await sendMails(
      connection({ pipelines: true, hello: "HELO" }),
      await listen(),
      () => undefined,
    );
    expect(session.chunks[0]).toMatch(/^HELO /);
    expect(session.chunks[1]).toMatch(/^MAIL FROM:.*\r\nRCPT TO:<first@example\.com>\r\nDATA\r\n$/);
  });

  it("resets the connection where others take leave", async () => {
    await sendMails(connection({ leaves: "reset" }), await listen(), () => undefined);
    await serverClosed();
    expect(session.chunks.join("")).not.toContain("QUIT");
    expect(session.ending).toBe("reset");
  });

  it("breaks off in the middle of a mail, which is then not accepted", async () => {
    const accepted: string[] = [];
    await sendMails(connection({}, { breaksOff: true }), await listen(), ({ id }) => {
      accepted.push(id);
    });
    await serverClosed();
    expect(accepted).toEqual([]);
    expect(session.ending).toBe("reset");
    expect(session.chunks.join("")).not.toContain("\r\n.\r\n");
  });

  it("fails with the server's words when a command is refused", async () => {
    const sending = sendMails(connection(), await listen("RCPT"), () => undefined);
    await expect(sending).rejects.toThrow('"550 5.7.1 refused" where 250 was due');
  });

  it("fails when nothing listens", async () => {
    const { host, port } = await listen();
    await serverClosed();
    const sending = sendMails(connection(), { host, port }, () => undefined);
    await expect(sending).rejects.toThrow("ECONNREFUSED");
  });

  it("fails when the server hangs up", async () => {
    const destination = await listen();
    server.on("connection", (socket: Socket) => socket.end());
    const sending = sendMails(connection(), destination, () => undefined);
    await expect(sending).rejects.toThrow(/hung up|ECONNRESET|EPIPE/);
  });
});
