import type { Action, Session } from "./filter.ts";
import { HeaderCounts } from "./header-counts.ts";
import type { Limits } from "./limits.ts";
import { MacroTable } from "./macro-table.ts";
import type { HeaderEvent } from "./wire/commands.ts";
import { ACTION_BITS } from "./wishes.ts";

export interface SessionViewOptions {
  readonly id: number;
  readonly transport: "tcp" | "unix";
  readonly countedHeaders: readonly string[] | undefined;
  readonly limits: Pick<
    Limits,
    "maxHeaders" | "maxHeaderBytes" | "maxRecipients" | "maxMacroBytes"
  >;
}

/** What a filter's callbacks see of their connection, and the bookkeeping behind it. */
export class SessionView implements Session {
  readonly id: number;
  readonly transport: "tcp" | "unix";
  readonly macros: MacroTable;
  readonly #limits: SessionViewOptions["limits"];
  readonly #counts: HeaderCounts;
  #grantedActions = 0;
  #headers = 0;
  #headerBytes = 0;
  #recipients = 0;
  #isOverLimit = false;

  constructor({ id, transport, countedHeaders, limits }: SessionViewOptions) {
    this.id = id;
    this.transport = transport;
    this.#limits = limits;
    this.macros = new MacroTable(limits.maxMacroBytes);
    this.#counts = new HeaderCounts(countedHeaders, limits.maxHeaders);
  }

  get isOverLimit(): boolean {
    return this.#isOverLimit;
  }

  macro(name: string): string | undefined {
    return this.macros.get(name);
  }

  headerCount(name: string): number {
    return this.#counts.of(name);
  }

  can(action: Action): boolean {
    const bits = ACTION_BITS[action];
    // ADDRCPT_PAR is newer than the rest; a peer without it can still add and delete recipients.
    const needed = action === "recipients" ? bits & 0xf : bits;
    return (this.#grantedActions & needed) === needed;
  }

  grant(actions: number): void {
    this.#grantedActions = actions;
  }

  /** Counts a header. False when the message has passed a bound, so that it is not for the filter any more. */
  admitHeader(event: HeaderEvent): boolean {
    this.#counts.add(event.name);
    this.#headers += 1;
    this.#headerBytes += event.name.length + event.rawValue.length;
    const { maxHeaders, maxHeaderBytes } = this.#limits;
    return this.#within(this.#headers <= maxHeaders && this.#headerBytes <= maxHeaderBytes);
  }

  /** The same for a recipient. */
  admitRecipient(): boolean {
    this.#recipients += 1;
    return this.#within(this.#recipients <= this.#limits.maxRecipients);
  }

  forgetMessage(): void {
    this.macros.forgetMessage();
    this.#counts.clear();
    this.#headers = 0;
    this.#headerBytes = 0;
    this.#recipients = 0;
    this.#isOverLimit = false;
  }

  forgetConnection(): void {
    this.forgetMessage();
    this.macros.forgetConnection();
  }

  #within(isWithin: boolean): boolean {
    if (!isWithin) this.#isOverLimit = true;
    return isWithin;
  }
}
