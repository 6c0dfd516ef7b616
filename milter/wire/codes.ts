/**
 * The numbers of the milter protocol, version 6. Our names stand beside the official ones of libmilter's mfdef.h
 * (SMFIC_*, SMFIR_*, SMFIF_*, SMFIP_*, SMFIM_*); nothing here has behaviour.
 */

/** The version that we speak; a peer that offers more is answered with this one. */
export const PROTOCOL_VERSION = 6;

/** Version 1 never left the beta of Sendmail 8.10; every MTA in use offers 2 or more. */
export const OLDEST_VERSION = 2;

function letter(character: string): number {
  return character.charCodeAt(0);
}

/** Command bytes, MTA to milter: SMFIC_*. */
export const COMMAND = {
  abort: letter("A"), // SMFIC_ABORT
  body: letter("B"), // SMFIC_BODY
  connect: letter("C"), // SMFIC_CONNECT
  macros: letter("D"), // SMFIC_MACRO
  endOfMessage: letter("E"), // SMFIC_BODYEOB
  helo: letter("H"), // SMFIC_HELO
  quitNewConnection: letter("K"), // SMFIC_QUIT_NC
  header: letter("L"), // SMFIC_HEADER
  mail: letter("M"), // SMFIC_MAIL
  endOfHeaders: letter("N"), // SMFIC_EOH
  negotiate: letter("O"), // SMFIC_OPTNEG
  quit: letter("Q"), // SMFIC_QUIT
  rcpt: letter("R"), // SMFIC_RCPT
  data: letter("T"), // SMFIC_DATA
  unknown: letter("U"), // SMFIC_UNKNOWN
} as const;

/** Reply bytes, milter to MTA: SMFIR_*. */
export const REPLY = {
  addRecipient: letter("+"), // SMFIR_ADDRCPT
  deleteRecipient: letter("-"), // SMFIR_DELRCPT
  addRecipientWithArguments: letter("2"), // SMFIR_ADDRCPT_PAR
  shutdown: letter("4"), // SMFIR_SHUTDOWN
  accept: letter("a"), // SMFIR_ACCEPT
  replaceBody: letter("b"), // SMFIR_REPLBODY
  continue: letter("c"), // SMFIR_CONTINUE
  discard: letter("d"), // SMFIR_DISCARD
  changeSender: letter("e"), // SMFIR_CHGFROM
  connectionFailure: letter("f"), // SMFIR_CONN_FAIL
  addHeader: letter("h"), // SMFIR_ADDHEADER
  insertHeader: letter("i"), // SMFIR_INSHEADER
  changeHeader: letter("m"), // SMFIR_CHGHEADER
  progress: letter("p"), // SMFIR_PROGRESS
  quarantine: letter("q"), // SMFIR_QUARANTINE
  reject: letter("r"), // SMFIR_REJECT
  skip: letter("s"), // SMFIR_SKIP
  tempfail: letter("t"), // SMFIR_TEMPFAIL
  replyCode: letter("y"), // SMFIR_REPLYCODE
} as const;

/** What a milter may change: SMFIF_*. */
export const ACTION = {
  addHeaders: 0x01, // SMFIF_ADDHDRS, for insertion too
  changeBody: 0x02, // SMFIF_CHGBODY
  addRecipients: 0x04, // SMFIF_ADDRCPT
  deleteRecipients: 0x08, // SMFIF_DELRCPT
  changeHeaders: 0x10, // SMFIF_CHGHDRS
  quarantine: 0x20, // SMFIF_QUARANTINE
  changeSender: 0x40, // SMFIF_CHGFROM
  addRecipientsWithArguments: 0x80, // SMFIF_ADDRCPT_PAR
  setMacroLists: 0x100, // SMFIF_SETSYMLIST
} as const;

/** Protocol bits that belong to no single event: SMFIP_*. */
export const PROTOCOL = {
  skip: 0x400, // SMFIP_SKIP
  rejectedRecipients: 0x800, // SMFIP_RCPT_REJ
  headerLeadingSpace: 0x100000, // SMFIP_HDR_LEADSPC
  chunks256K: 0x10000000, // SMFIP_MDS_256K
  chunks1M: 0x20000000, // SMFIP_MDS_1M
} as const;

/** The events that a milter may be spared (`no`) or may leave unanswered (`noReply`): SMFIP_NO*, SMFIP_NR_*. */
export const EVENT_FLAGS = {
  connect: { no: 0x1, noReply: 0x1000 },
  helo: { no: 0x2, noReply: 0x2000 },
  mail: { no: 0x4, noReply: 0x4000 },
  rcpt: { no: 0x8, noReply: 0x8000 },
  data: { no: 0x200, noReply: 0x10000 },
  header: { no: 0x20, noReply: 0x80 },
  endOfHeaders: { no: 0x40, noReply: 0x40000 },
  body: { no: 0x10, noReply: 0x80000 },
  unknown: { no: 0x100, noReply: 0x20000 },
} as const;

/** Every action and protocol bit that Postfix 3.7 to 3.11 offers (src/milter/milter8.c). */
export const POSTFIX_OFFER = { version: 6, actions: 0x1ff, protocol: 0x1fffff } as const;

/** Stage numbers of the macro lists in the negotiation: SMFIM_*. */
export const MACRO_STAGE = {
  connect: 0,
  helo: 1,
  mail: 2,
  rcpt: 3,
  data: 4,
  endOfMessage: 5,
  endOfHeaders: 6,
} as const;

export type MacroStage = keyof typeof MACRO_STAGE;

/** Families of the CONNECT packet: SMFIA_*. */
export const FAMILY = {
  inet: letter("4"),
  inet6: letter("6"),
  unix: letter("L"),
  unknown: letter("U"),
} as const;

export type Family = keyof typeof FAMILY;

/** Longest body chunk, in bytes, that every peer takes: MILTER_CHUNK_SIZE. */
export const CHUNK_BYTES = 65_535;
