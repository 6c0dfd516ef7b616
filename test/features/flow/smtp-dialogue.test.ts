import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_UNANSWERED, SmtpDialogue } from "../../../features/flow/smtp-dialogue.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

/** A dialogue, and what it told of: "end" for content that ended, "message" or "nothing" for what was decided. */
interface Followed {
  readonly dialogue: SmtpDialogue;
  readonly told: string[];
  /** Gives the client's bytes and returns those that were not taken. */
  readonly client: (text: string) => string;
  readonly replies: (...codes: readonly number[]) => void;
}

function follow(sawBeginning = true): Followed {
  const told: string[] = [];
  const dialogue = new SmtpDialogue(
    {
      endOfData: () => told.push("end"),
      decided: (isMessage) => told.push(isMessage ? "message" : "nothing"),
    },
    sawBeginning,
  );
  return {
    dialogue,
    told,
    client: (text) => {
      const bytes = new TextEncoder().encode(text);
      return text.slice(dialogue.read(bytes, 0, bytes.length));
    },
    replies: (...codes) => {
      for (const code of codes) dialogue.reply(code);
    },
  };
}

/** A dialogue up to the reply to RCPT. */
function followMail(): Followed {
  const followed = follow();
  followed.replies(220);
  followed.client("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n");
  followed.replies(250, 250, 250);
  return followed;
}

describe("DATA", () => {
  it("is followed by content up to the dot", () => {
    const { client, replies, told } = followMail();
    client("DATA\r\n");
    replies(354);
    client("Subject: x\r\n\r\nRSET\r\n..\r\n.");
    expect(told).toEqual([]);
    client("\r\n");
    expect(told).toEqual(["end", "message"]);
  });

  it("makes the client wait for the reply, and what it sends ahead is not taken", () => {
    const { client, dialogue, replies, told } = followMail();
    expect(client("DATA\r\nSubject: x\r\n.\r\n")).toBe("Subject: x\r\n.\r\n");
    expect(dialogue.isWaiting).toBe(true);
    replies(354);
    expect(dialogue.isWaiting).toBe(false);
    expect(client("Subject: x\r\n.\r\n")).toBe("");
    expect(told).toEqual(["end", "message"]);
  });

  it("has no content when it is refused: what follows are commands", () => {
    const { client, replies, told } = followMail();
    client("DATA\r\n");
    replies(554);
    client("Subject: x\r\n.\r\nRCPT TO:<c@d.example>\r\nDATA\r\n");
    replies(500, 500, 250, 354);
    client(".\r\n");
    expect(told).toEqual(["end", "message"]);
  });

  it("ends a message even if that is refused afterwards, and the next one can follow", () => {
    const { client, replies, told } = followMail();
    client("DATA\r\n");
    replies(354);
    client("x\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n");
    replies(550, 250, 250, 354);
    client("y\r\n.\r\nQUIT\r\n");
    expect(told).toEqual(["end", "message", "end", "message"]);
  });

  it("waits for its own reply, not for one to a command before it", () => {
    const { client, dialogue, replies } = followMail();
    client("RSET\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n");
    replies(250, 250, 250);
    expect(dialogue.isWaiting).toBe(true);
    replies(354);
    expect(dialogue.isWaiting).toBe(false);
  });
});

describe("BDAT", () => {
  it("is followed by so many octets, whatever they are", () => {
    const { client, replies, told } = followMail();
    client("BDAT 9\r\n.\r\nQUIT\r\nBDAT 3 LAST\r\nab");
    expect(told).toEqual([]);
    client("c");
    expect(told).toEqual(["end"]);
    replies(250, 250);
    expect(told).toEqual(["end", "message"]);
  });

  it("may end with an empty last chunk", () => {
    const { client, replies, told } = followMail();
    client("BDAT 3\r\nabcBDAT 0 LAST\r\n");
    replies(250, 250);
    expect(told).toEqual(["end", "message"]);
  });

  it("is decided by its reply where it was sent ahead with the whole transaction", () => {
    const { client, replies, told } = follow();
    replies(220);
    client("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nBDAT 3 LAST\r\nabc");
    client("MAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nBDAT 3 LAST\r\nabc");
    expect(told).toEqual(["end", "end"]);
    replies(250, 250, 250, 250, 250, 550, 554);
    expect(told).toEqual(["end", "end", "message", "nothing"]);
  });

  it.each([
    ["a chunk before was refused", "BDAT 3\r\nabcBDAT 3 LAST\r\ndef", [552, 250]],
    ["it is out of sequence", "BDAT 3 LAST\r\nabc", [503]],
    ["the transaction was reset", "RSET\r\nBDAT 3 LAST\r\nabc", [250, 554]],
  ])("makes no message where %s", (_, text, codes) => {
    const { client, replies, told } = followMail();
    client(text);
    replies(...codes);
    expect(told).toEqual(["end", "nothing"]);
  });

  it.each([
    [250, "message"],
    [503, "nothing"],
  ])("may be answered with %i before all its octets have come", (code, decision) => {
    const { client, replies, told } = followMail();
    client("BDAT 3 LAST\r\nab");
    replies(code);
    expect(told).toEqual([]);
    client("c");
    expect(told).toEqual(["end", decision]);
  });

  it("bears missing bytes within a chunk", () => {
    const { client, dialogue, replies, told } = followMail();
    client("BDAT 10 LAST\r\nab");
    dialogue.miss(8);
    replies(250);
    expect(told).toEqual(["end", "message"]);
    expect(dialogue.sentUnread).toBe(false);
  });
});

describe("AUTH", () => {
  it("is followed by answers that are no commands", () => {
    const { client, replies, told } = followMail();
    client("AUTH LOGIN\r\n");
    replies(334);
    client("DATA\r\n");
    replies(334);
    client("BDAT 3 LAST\r\n");
    replies(235);
    client("DATA\r\n");
    replies(354);
    client(".\r\n");
    expect(told).toEqual(["end", "message"]);
  });

  it("is over when it is refused", () => {
    const { client, dialogue, replies } = followMail();
    client("AUTH PLAIN xyz\r\n");
    replies(535);
    client("DATA\r\n");
    expect(dialogue.isWaiting).toBe(true);
  });
});

describe("what cannot be read", () => {
  it("is all after STARTTLS was accepted", () => {
    const { client, dialogue, replies, told } = followMail();
    client("STARTTLS\r\n");
    replies(220);
    expect(dialogue.sentUnread).toBe(false);
    expect(client("\x16\x03\x01 DATA\r\n.\r\n")).toBe("");
    expect(dialogue.sentUnread).toBe(true);
    expect(told).toEqual([]);
  });

  it("is nothing after STARTTLS was refused", () => {
    const { client, dialogue, replies, told } = followMail();
    client("STARTTLS\r\n");
    replies(454);
    client("DATA\r\n");
    replies(354);
    client(".\r\n");
    expect([dialogue.sentUnread, told]).toEqual([false, ["end", "message"]]);
  });

  it("is a TLS handshake where a command is due", () => {
    const { client, dialogue } = follow();
    client("\x16\x03\x01\x02\r\n");
    expect(dialogue.sentUnread).toBe(true);
  });

  it("is everything after missing bytes", () => {
    const { client, dialogue, replies, told } = followMail();
    client("DATA\r\n");
    replies(354);
    dialogue.miss(1_000);
    client("x\r\n.\r\nMAIL FROM:<>\r\n");
    expect([dialogue.sentUnread, told]).toEqual([true, []]);
  });

  it("is a stream that was joined in its middle and does not begin with a command", () => {
    const { client, dialogue, told } = follow(false);
    client("of the letter\r\n.\r\nDATA\r\n");
    expect([dialogue.sentUnread, dialogue.isWaiting, told]).toEqual([true, false, []]);
  });

  it("is not a stream joined in its middle that begins with a command", () => {
    const { client, dialogue, replies, told } = follow(false);
    client("RCPT TO:<a@b.example>\r\nwhat\r\nDATA\r\n");
    replies(250, 500, 354);
    client("x\r\n.\r\n");
    expect([dialogue.sentUnread, told]).toEqual([false, ["end", "message"]]);
  });
});

describe("replies", () => {
  it("begin with a greeting that answers nothing, though the client spoke first", () => {
    const { client, dialogue, replies } = follow();
    client("EHLO x\r\nDATA\r\n");
    replies(220, 250);
    expect(dialogue.isWaiting).toBe(true);
    replies(354);
    expect(dialogue.isWaiting).toBe(false);
  });

  it("that nothing asked for are passed over", () => {
    const { client, dialogue, replies } = followMail();
    replies(421, 250);
    client("DATA\r\n");
    expect(dialogue.isWaiting).toBe(true);
  });

  it("to commands that are none are counted, too", () => {
    const { client, dialogue, replies } = follow();
    replies(220);
    client("GARBAGE\r\n\r\nDATA\r\n");
    replies(500, 500);
    expect(dialogue.isWaiting).toBe(true);
  });
});

describe("a server that cannot be heard", () => {
  it("accepts DATA, and all that was sent is a message", () => {
    const { client, dialogue, told } = follow();
    dialogue.deafen();
    client("EHLO x\r\nMAIL FROM:<>\r\nDATA\r\nx\r\n.\r\nBDAT 3 LAST\r\nabc");
    expect(told).toEqual(["end", "message", "end", "message"]);
  });

  it("accepts what waits when it falls silent", () => {
    const { client, dialogue, told } = followMail();
    client("BDAT 3 LAST\r\nabcDATA\r\n");
    dialogue.deafen();
    expect(told).toEqual(["end", "message"]);
    client(".\r\n");
    expect(told).toEqual(["end", "message", "end", "message"]);
  });

  it("is not heard again", () => {
    const { client, dialogue, replies, told } = follow();
    dialogue.deafen();
    client("DATA\r\n");
    replies(554);
    client(".\r\n");
    expect(told).toEqual(["end", "message"]);
  });

  it("is one whose client sent more commands than may be unanswered", () => {
    const { client, dialogue, told } = follow();
    client("NOOP\r\n".repeat(MAX_UNANSWERED));
    client("DATA\r\n");
    expect(dialogue.isWaiting).toBe(false);
    client(".\r\n");
    expect(told).toEqual(["end", "message"]);
  });
});

describe("SmtpDialogue under anything", () => {
  it("reads the same however the client's stream is cut", () => {
    const session =
      "EHLO x\r\nMAIL FROM:<>\r\nBDAT 5\r\n.\r\n.\rBDAT 3 LAST\r\nabcNOOP\r\nDATA\r\n";
    fc.assert(
      fc.property(cuts, (places) => {
        const { dialogue, replies, told } = follow();
        for (const chunk of chunksOf(new TextEncoder().encode(session), places)) {
          dialogue.read(chunk, 0, chunk.length);
        }
        replies(220, 250, 250, 250, 250, 250);
        expect([told, dialogue.isWaiting]).toEqual([["end", "nothing"], true]);
      }),
    );
  });

  it("decides no more than ended, whatever comes", () => {
    const line = fc.constantFrom(
      "EHLO x",
      "MAIL FROM:<>",
      "RCPT TO:<a@b>",
      "DATA",
      ".",
      "BDAT 4 LAST",
      "BDAT 2",
      "STARTTLS",
      "AUTH x",
      "x",
      "",
    );
    const step = fc.oneof(
      line.map((text) => ({ kind: "client" as const, text: `${text}\r\n` })),
      fc
        .constantFrom(220, 250, 334, 354, 421, 503, 550)
        .map((code) => ({ kind: "reply" as const, code })),
      fc.nat(9).map((count) => ({ kind: "miss" as const, count })),
      fc.constant({ kind: "deafen" as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { client, dialogue, told } = follow();
        for (const each of steps) {
          if (each.kind === "client") client(each.text);
          else if (each.kind === "reply") dialogue.reply(each.code);
          else if (each.kind === "miss") dialogue.miss(each.count);
          else dialogue.deafen();
          const ended = told.filter((what) => what === "end").length;
          expect(told.length - ended).toBeLessThanOrEqual(ended);
        }
      }),
    );
  });
});
