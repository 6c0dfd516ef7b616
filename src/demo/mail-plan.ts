/** Who sends how many mails when: the plan of one batch, made from a seed before anything is sent. */
import type { Host, Manners } from "./population.ts";
import { between, oneOf, seededRandom, type Random } from "./seeded-random.ts";

/** Sizes of mails in bytes. They are the same for both classes: what the demo shows must come from the transport. */
const MAIL_BYTES = [1_200, 2_500, 4_000, 6_000, 10_000, 16_000] as const;

export interface PlannedMail {
  /** Unique in the demo; the Message-ID and the random words are made from it. */
  readonly id: string;
  readonly recipient: string;
  readonly bytes: number;
}

/** One connection of one host. */
export interface PlannedConnection {
  readonly address: string;
  readonly manners: Manners;
  /** When it begins, in milliseconds from the batch's begin. */
  readonly startMs: number;
  readonly mails: readonly PlannedMail[];
  /** It ends in the middle of its (only) mail, which is never delivered. */
  readonly breaksOff: boolean;
}

export interface BatchOptions {
  /** First part of every mail's id and the recipient's user name. */
  readonly name: string;
  readonly hosts: readonly Host[];
  readonly mailsPerHost: number;
  /** Hosts begin to send within this time. */
  readonly durationMs: number;
  readonly seed: number;
}

/** The connections of a batch, in the order of their begin. */
export function planBatch(options: BatchOptions): readonly PlannedConnection[] {
  return options.hosts
    .flatMap((host) => connectionsOf(host, options))
    .sort((left, right) => left.startMs - right.startMs);
}

/** Mails that the plan's connections will have delivered. */
export function countMails(connections: readonly PlannedConnection[]): number {
  return connections.reduce((sum, { breaksOff, mails }) => sum + (breaksOff ? 0 : mails.length), 0);
}

function connectionsOf(host: Host, options: BatchOptions): PlannedConnection[] {
  const { address, manners } = host;
  const random = seededRandom(options.seed, `${options.name} ${address}`);
  const mails = Array.from({ length: options.mailsPerHost }, (_, index) => ({
    id: `${options.name}.${address.replaceAll(/[.:]+/g, "-")}.${index + 1}`,
    recipient: `${options.name}@example.com`,
    bytes: oneOf(random, MAIL_BYTES),
  }));
  const turns = startsOf(Math.ceil(mails.length / manners.mailsPerConnection), host, {
    random,
    durationMs: options.durationMs,
  });
  const connections = turns.map((startMs, turn) => ({
    address,
    manners,
    startMs,
    mails: mails.slice(turn * manners.mailsPerConnection, (turn + 1) * manners.mailsPerConnection),
    breaksOff: false,
  }));
  return manners.breaksOff ? [...brokenOff(connections[0]), ...connections] : connections;
}

/** Connections that a host has at the same time begin almost together; the groups are spread over the batch. */
function startsOf(
  count: number,
  { manners }: Host,
  { random, durationMs }: { readonly random: Random; readonly durationMs: number },
): number[] {
  const groups = Math.ceil(count / manners.simultaneous);
  const groupMs = durationMs / groups;
  const groupStarts = Array.from({ length: groups }, (_, group) =>
    between(random, group * groupMs, (group + 1) * groupMs),
  );
  return Array.from({ length: count }, (_, index) => {
    const groupStart = groupStarts[Math.floor(index / manners.simultaneous)] ?? 0;
    return groupStart + between(random, 0, 150);
  });
}

/** A connection that begins with the given one and is broken off. */
function brokenOff(connection: PlannedConnection | undefined): PlannedConnection[] {
  const [mail] = connection?.mails ?? [];
  if (connection === undefined || mail === undefined) return [];
  const lost = { ...mail, id: `${mail.id}.lost` };
  return [{ ...connection, mails: [lost], breaksOff: true }];
}
