import type { Socket } from "node:net";

import { expect } from "vitest";

import type { OutgoingMessage } from "../../../milter/client.ts";
import { POSTFIX_OFFER } from "../../../milter/wire/codes.ts";
import { encodeCommand } from "../../../milter/wire/command-encoding.ts";
import { encodePacket } from "../../../milter/wire/packet-encoding.ts";
import { PacketSplitter } from "../../../milter/wire/packet-splitter.ts";
import { writeReply } from "./conversation.ts";
import type { Served } from "./served.ts";

/** A packet of any code and any payload, a character per byte. */
export function packet(letter: string, payload = ""): Buffer {
  return encodePacket(letter.charCodeAt(0), Buffer.from(payload, "latin1"));
}

const NOTHING = Buffer.alloc(0);

export const OFFER = encodeCommand({ kind: "negotiate", offer: POSTFIX_OFFER });
/** Postfix's offer without any protocol flag: the MTA wants an answer to each event. */
export const OFFER_WITHOUT_FLAGS = encodeCommand({
  kind: "negotiate",
  offer: { ...POSTFIX_OFFER, protocol: 0 },
});
export const CONNECT = encodeCommand({
  kind: "connect",
  hostname: "c",
  family: "inet",
  address: "192.0.2.7",
  port: 41231,
});
export const HELO = encodeCommand({ kind: "helo", hostname: "h" });
export const MAIL = encodeCommand({ kind: "mail", sender: "<a@example.net>", arguments: [] });
export const RCPT = encodeCommand({ kind: "rcpt", recipient: "<b@example.com>", arguments: [] });
export const DATA = encodeCommand({ kind: "data" });
export const END_OF_HEADERS = encodeCommand({ kind: "endOfHeaders" });
export const END = encodeCommand({ kind: "endOfMessage", chunk: NOTHING });
export const ABORT = encodeCommand({ kind: "abort" });
export const QUIT = encodeCommand({ kind: "quit" });
export const QUIT_NC = encodeCommand({ kind: "quitNewConnection" });

export function header(name: string, value: string): Buffer {
  return encodeCommand({ kind: "header", name, value, rawValue: Buffer.from(value) });
}

export function body(text: string): Buffer {
  return encodeCommand({ kind: "body", chunk: Buffer.from(text) });
}

/** One message, event by event, as an MTA plays it. */
export const EVENTS_IN_ORDER: readonly (readonly [name: string, bytes: Buffer])[] = [
  ["connect", CONNECT],
  ["helo", HELO],
  ["mail", MAIL],
  ["rcpt", RCPT],
  ["data", DATA],
  ["header", header("Subject", "test")],
  ["endOfHeaders", END_OF_HEADERS],
  ["body", body("hello\r\n")],
];

/** `destroy` closes at once; over TCP `reset` also says so to the milter. */
export type Leave = "end" | "destroy" | "reset";

/** A peer that sends any bytes, and takes what the milter says as strictly as Postfix does. */
export class RawPeer {
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #splitter = new PacketSplitter();
  readonly #lines: string[] = [];
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#splitter.push(chunk);
      try {
        for (let next = this.#splitter.next(); next; next = this.#splitter.next()) {
          this.#lines.push(writeReply(next));
        }
      } catch (error) {
        this.#lines.push(String(error));
      }
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  static async open({ socket }: Served): Promise<RawPeer> {
    return new RawPeer(await socket());
  }

  /** A peer whose negotiation is done and answered. */
  static async negotiated(served: Served, offer = OFFER): Promise<RawPeer> {
    const peer = await RawPeer.open(served);
    peer.say(offer);
    await peer.replies(1);
    return peer;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Replies that have come and were not taken yet. */
  get unread(): readonly string[] {
    return this.#lines;
  }

  /** All of it in one write. */
  say(...parts: readonly Buffer[]): void {
    this.#socket.write(Buffer.concat(parts));
  }

  /** The next `count` replies, each as a line of a conversation. */
  async replies(count: number): Promise<string[]> {
    while (this.#lines.length < count) {
      if (this.#isClosed) throw new Error(`closed after ${JSON.stringify(this.#lines)}`);
      await this.#change();
    }
    return this.#lines.splice(0, count);
  }

  /** All replies up to the end of the connection, which the milter brings about. */
  async toEnd(): Promise<string[]> {
    await this.closed;
    return this.#lines.splice(0);
  }

  async leave(how: Leave): Promise<void> {
    const isTcp = this.#socket.remoteAddress !== undefined;
    if (how === "end") this.#socket.end();
    else if (how === "reset" && isTcp) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    await this.closed;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

export const GOOD_MESSAGE: OutgoingMessage = {
  sender: "<good@example.net>",
  recipients: ["<b@example.com>"],
  headers: [["Subject", "good"]],
  body: "hello\r\n",
};

/** What every scenario ends with: the next connection is served as if nothing had been. */
export async function expectGoodTransaction({ client }: Served): Promise<void> {
  const mta = await client({ replyTimeoutMs: 5_000 });
  const { point, reply } = await mta.playMessage(GOOD_MESSAGE);
  expect([point, reply.kind]).toEqual([
    "endOfMessage",
    expect.stringMatching(/^(accept|continue)$/),
  ]);
  await mta.quit();
}
