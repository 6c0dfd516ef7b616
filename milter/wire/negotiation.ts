import {
  ACTION,
  COMMAND,
  EVENT_FLAGS,
  MACRO_STAGE,
  type MacroStage,
  OLDEST_VERSION,
  PROTOCOL_VERSION,
} from "./codes.ts";
import { encodePacket } from "./packet-encoding.ts";
import { PayloadReader } from "./payload-reader.ts";
import { MilterProtocolError } from "./protocol-error.ts";

/** What an MTA can do: the highest version, and the bits of SMFIF_* and SMFIP_* that it knows. */
export interface Offer {
  readonly version: number;
  readonly actions: number;
  readonly protocol: number;
}

/** The macros, by stage, that replace the MTA's own list of that stage. */
export type MacroLists = Readonly<Partial<Record<MacroStage, readonly string[]>>>;

/** What holds for one connection: a subset of the offer. */
export interface Agreement extends Offer {
  readonly macros: MacroLists;
}

/** What to ask of the MTA for one event: nothing of it, the event without owing a reply, or both ways. */
export type Interest = "none" | "watch" | "decide";

export interface Wishes {
  readonly actions: number;
  readonly events: Readonly<Record<keyof typeof EVENT_FLAGS, Interest>>;
  /** Protocol bits other than those of the events. */
  readonly protocol: number;
  readonly macros: MacroLists;
}

/** uint32 version, actions, protocol; what follows is not ours to judge. */
export function decodeOffer(payload: Buffer): Offer {
  const reader = new PayloadReader(payload, "OPTNEG");
  const version = reader.uint32("version");
  const offer = {
    version,
    actions: reader.uint32("actions"),
    protocol: reader.uint32("protocol flags"),
  };
  if (version < OLDEST_VERSION) {
    throw new MilterProtocolError("bad-negotiation", `version ${version} is offered`);
  }
  return offer;
}

type EventFlags = (typeof EVENT_FLAGS)[keyof typeof EVENT_FLAGS];

/** Where an event is not wanted and the MTA cannot leave it out, it may at least go unanswered. */
function flagsFor(interest: Interest, flags: EventFlags, offered: number): number {
  if (interest === "decide") return 0;
  if (interest === "none" && (offered & flags.no) !== 0) return flags.no;
  return offered & flags.noReply;
}

/** The answer to an offer: never a higher version, never a bit that was not offered. */
export function agree(offer: Offer, wishes: Wishes): Agreement {
  const names = Object.keys(EVENT_FLAGS) as (keyof typeof EVENT_FLAGS)[];
  const eventFlags = names.reduce(
    (bits, name) => bits | flagsFor(wishes.events[name], EVENT_FLAGS[name], offer.protocol),
    0,
  );
  const canSetMacros = (offer.actions & ACTION.setMacroLists) !== 0;
  const macros = canSetMacros ? wishes.macros : {};
  const macroAction = Object.keys(macros).length > 0 ? ACTION.setMacroLists : 0;
  return {
    version: Math.min(offer.version, PROTOCOL_VERSION),
    actions: (offer.actions & wishes.actions) | macroAction,
    protocol: eventFlags | (offer.protocol & wishes.protocol),
    macros,
  };
}

/** The milter's OPTNEG packet; each macro list is uint32 stage, names separated by spaces, NUL. */
export function encodeAgreement(agreement: Agreement): Buffer {
  const { version, actions, protocol, macros } = agreement;
  const lists = Object.entries(macros).flatMap(([stage, names]) => [
    MACRO_STAGE[stage as MacroStage],
    names.join(" "),
  ]);
  return encodePacket(COMMAND.negotiate, version, actions, protocol, ...lists);
}

function stageOf(number: number): MacroStage {
  for (const [stage, value] of Object.entries(MACRO_STAGE)) {
    if (value === number) return stage as MacroStage;
  }
  throw new MilterProtocolError("bad-negotiation", `macro list for unknown stage ${number}`);
}

/** Reads the milter's OPTNEG payload on the MTA's side. Throws MilterProtocolError when it exceeds the offer. */
export function decodeAgreement(payload: Buffer, offer: Offer): Agreement {
  const reader = new PayloadReader(payload, "the milter's OPTNEG");
  const version = reader.uint32("version");
  const actions = reader.uint32("actions");
  const protocol = reader.uint32("protocol flags");
  const macros: Partial<Record<MacroStage, readonly string[]>> = {};
  while (!reader.isAtEnd) {
    const stage = stageOf(reader.uint32("macro stage"));
    macros[stage] = reader.terminated("macro list").split(" ");
  }
  if (version > offer.version || (actions & ~offer.actions) !== 0) {
    const asked = `version ${version}, actions 0x${actions.toString(16)}`;
    throw new MilterProtocolError("bad-negotiation", `${asked} were not offered`);
  }
  return { version, actions, protocol, macros };
}
