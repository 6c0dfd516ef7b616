import { beforeEach, describe, expect, it } from "vitest";
import { SmtpTransaction } from "../../../features/flow/smtp-transaction.ts";

let transaction: SmtpTransaction;

beforeEach(() => {
  transaction = new SmtpTransaction();
});

describe("SmtpTransaction.endsMessage", () => {
  it.each([
    ["it is accepted", 250, true],
    ["the message is refused", 550, true],
    ["the message is put off", 451, true],
    ["the command is refused", 503, false],
    ["the command is unknown", 502, false],
  ])("with a recipient, where %s (%i): %o", (_, code, isMessage) => {
    transaction.restart();
    transaction.acceptRecipient();
    expect(transaction.endsMessage(code)).toBe(isMessage);
  });

  it("is false without a recipient, whatever the reply", () => {
    transaction.restart();
    expect(transaction.endsMessage(250)).toBe(false);
  });

  it("believes the reply where the transaction's beginning was not seen", () => {
    expect(transaction.endsMessage(250)).toBe(true);
  });

  it("is false where an earlier chunk was refused", () => {
    transaction.restart();
    transaction.acceptRecipient();
    transaction.refuseChunk();
    expect(transaction.endsMessage(250)).toBe(false);
  });

  it("forgets recipients and refusals with the message, and with a restart", () => {
    transaction.restart();
    transaction.acceptRecipient();
    transaction.refuseChunk();
    transaction.endsMessage(250);
    expect(transaction.endsMessage(250)).toBe(false);
    transaction.acceptRecipient();
    transaction.restart();
    expect(transaction.endsMessage(250)).toBe(false);
  });
});
