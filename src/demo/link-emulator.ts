/** Relays packets between the mail server's device and the senders' device, each sender's address over a link of its own. */
import { DelayQueue } from "./delay-queue.ts";
import { addressesOf, isReset, plainAddress } from "./ip-packet.ts";
import { OneWayLink, type LinkProfile, type OneWayCounters } from "./link.ts";
import type { PacketDevice } from "./tun-device.ts";

/** Packets under way at a time, all links together. */
const MAX_HELD_PACKETS = 20_000;

/** Links at a time; packets of further addresses are counted as stray. */
const MAX_LINKS = 10_000;

/** Packets taken from a device in one go, so that the other device and the clock get their turn. */
const MAX_READ_IN_A_ROW = 64;

export interface EmulatorOptions {
  readonly server: PacketDevice;
  readonly clients: PacketDevice;
  readonly seed: number;
  /** Link of each sender, by its address. */
  readonly links: Readonly<Record<string, LinkProfile>>;
  /** Link of an address that `links` does not name. */
  readonly otherwise: LinkProfile;
}

export interface LinkCounters {
  readonly up: OneWayCounters;
  readonly down: OneWayCounters;
}

export interface EmulatorCounters {
  readonly links: Readonly<Record<string, LinkCounters>>;
  /** Packets dropped because MAX_HELD_PACKETS were under way. */
  readonly overflow: number;
  /** Packets that were no IP, or of an address beyond MAX_LINKS. */
  readonly stray: number;
  /** Packets that the kernel refused. */
  readonly refused: number;
}

interface Link {
  readonly profile: LinkProfile;
  readonly up: OneWayLink;
  readonly down: OneWayLink;
}

interface UnderWay {
  readonly packet: Buffer;
  readonly to: PacketDevice;
}

/** Has neither clock nor timers: whoever runs it calls `step` with the time, again when it says so or when a packet waits. */
export class LinkEmulator {
  readonly #options: EmulatorOptions;
  readonly #profiles: ReadonlyMap<string, LinkProfile>;
  readonly #links = new Map<string, Link>();
  readonly #underWay = new DelayQueue<UnderWay>(MAX_HELD_PACKETS);
  #overflow = 0;
  #stray = 0;
  #refused = 0;

  constructor(options: EmulatorOptions) {
    this.#options = options;
    this.#profiles = new Map(
      Object.entries(options.links).map(([address, profile]) => [plainAddress(address), profile]),
    );
  }

  /** Delivers what is due, takes in what waits, and tells when the next packet is due; undefined when none is under way. */
  step(nowMs: number): number | undefined {
    this.#deliver(nowMs);
    const { server, clients } = this.#options;
    this.#takeIn(clients, nowMs);
    this.#takeIn(server, nowMs);
    return this.#underWay.nextDueMs;
  }

  /** Counters of all links so far, by the address in plain spelling. */
  counters(): EmulatorCounters {
    const links = Object.fromEntries(
      [...this.#links].map(([address, { up, down }]) => [
        address,
        { up: up.counters, down: down.counters },
      ]),
    );
    return { links, overflow: this.#overflow, stray: this.#stray, refused: this.#refused };
  }

  #deliver(nowMs: number): void {
    for (;;) {
      const next = this.#underWay.popDue(nowMs);
      if (next === undefined) return;
      if (!next.to.write(next.packet)) this.#refused++;
    }
  }

  #takeIn(from: PacketDevice, nowMs: number): void {
    for (let count = 0; count < MAX_READ_IN_A_ROW; count++) {
      const packet = from.read();
      if (packet === undefined) return;
      this.#send(packet, from, nowMs);
    }
  }

  #send(packet: Buffer, from: PacketDevice, nowMs: number): void {
    const { server, clients } = this.#options;
    const isUp = from === clients;
    const addresses = addressesOf(packet);
    const link = addresses && this.#linkOf(isUp ? addresses.source : addresses.destination);
    if (link === undefined) {
      this.#stray++;
      return;
    }
    if (isUp && link.profile.swallowsResets === true && isReset(packet)) return;
    const direction = isUp ? link.up : link.down;
    for (const dueMs of direction.send(packet.length, nowMs)) {
      if (!this.#underWay.push(dueMs, { packet, to: isUp ? server : clients })) this.#overflow++;
    }
  }

  #linkOf(address: string): Link | undefined {
    const known = this.#links.get(address);
    if (known !== undefined || this.#links.size >= MAX_LINKS) return known;
    const { seed, otherwise } = this.#options;
    const profile = this.#profiles.get(address) ?? otherwise;
    const link = {
      profile,
      up: new OneWayLink(profile.up, seed, `${address} up`),
      down: new OneWayLink(profile.down, seed, `${address} down`),
    };
    this.#links.set(address, link);
    return link;
  }
}
