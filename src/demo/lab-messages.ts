/** What the lab and its processes tell each other; plain JSON, as Node's IPC channel carries it. */
import type { LinkProfile } from "./link.ts";
import type { EmulatorCounters } from "./link-emulator.ts";
import type { PlannedConnection } from "./mail-plan.ts";

export type EmulatorOrder =
  | {
      readonly kind: "relay";
      /** Names of the two TUN devices that the emulator makes. */
      readonly serverDevice: string;
      readonly clientDevice: string;
      readonly seed: number;
      readonly links: Readonly<Record<string, LinkProfile>>;
      readonly otherwise: LinkProfile;
    }
  | { readonly kind: "count" };

export type EmulatorReport =
  /** The devices exist, and what comes through them is relayed. */
  { readonly kind: "relaying" } | { readonly kind: "counted"; readonly counters: EmulatorCounters };

export interface SenderOrder {
  readonly kind: "send";
  readonly connections: readonly PlannedConnection[];
  /** The mail server's addresses. */
  readonly server4: string;
  readonly server6: string;
  readonly port: number;
}

export type SenderReport =
  | { readonly kind: "accepted"; readonly mail: string }
  | { readonly kind: "unsent"; readonly mail: string; readonly reason: string }
  /** Every connection of the order has ended. */
  | { readonly kind: "finished" };
