import type { Answer, Decision, Filter, Session } from "./filter.ts";
import { isThenable } from "./handler-deadline.ts";
import type { EventName, Events } from "./wire/commands.ts";

/** The callback in which a filter failed; a failing open counts for the one that was to follow. */
export type CallbackName = EventName | "endOfMessage" | "abort" | "close";

export type FaultReporter = (callback: CallbackName, error: unknown) => void;

type AnyEvent = Events[EventName];

/**
 * The filter as one connection sees it, with its state inside. Callbacks that owe no answer cannot throw out of here:
 * their faults are reported and the message goes on. Those that answer may throw; the session has the policy.
 */
export interface FilterCalls {
  watch(event: AnyEvent): void;
  decides(name: EventName): boolean;
  decide(event: AnyEvent): Decision | PromiseLike<Decision>;
  endOfMessage(): Answer | PromiseLike<Answer>;
  abort(): void;
  /** Ends the state; the next event opens another. */
  close(): void;
}

/** The callback found under an event's kind takes that event; the compiler cannot follow the two together. */
type Watcher<C> = (state: C, event: AnyEvent, session: Session) => unknown;
type Decider<C> = (state: C, event: AnyEvent, session: Session) => Decision | Promise<Decision>;

export class BoundFilter<C> implements FilterCalls {
  readonly #filter: Filter<C>;
  readonly #session: Session;
  readonly #onFault: FaultReporter;
  #opened: { readonly state: C } | undefined;

  constructor(filter: Filter<C>, session: Session, onFault: FaultReporter) {
    this.#filter = filter;
    this.#session = session;
    this.#onFault = onFault;
  }

  decides(name: EventName): boolean {
    return this.#filter.decide?.[name] !== undefined;
  }

  watch(event: AnyEvent): void {
    const watcher = this.#filter.observe?.[event.kind] as Watcher<C> | undefined;
    if (watcher === undefined) return;
    this.#guard(event.kind, () => watcher(this.#state(), event, this.#session));
  }

  decide(event: AnyEvent): Decision | PromiseLike<Decision> {
    const decider = this.#filter.decide?.[event.kind] as Decider<C> | undefined;
    if (decider === undefined) return { kind: "continue" };
    return decider(this.#state(), event, this.#session);
  }

  endOfMessage(): Answer | PromiseLike<Answer> {
    return this.#filter.endOfMessage(this.#state(), this.#session);
  }

  abort(): void {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#guard("abort", () => this.#filter.abort?.(opened.state));
  }

  close(): void {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    this.#guard("close", () => this.#filter.close?.(opened.state));
  }

  #state(): C {
    this.#opened ??= { state: this.#filter.open(this.#session) };
    return this.#opened.state;
  }

  /** A watcher that is an async function against the types must not end the process with its rejection. */
  #guard(callback: CallbackName, call: () => unknown): void {
    try {
      const result = call();
      if (isThenable(result)) {
        result.then(undefined, (error: unknown) => {
          this.#onFault(callback, error);
        });
      }
    } catch (error) {
      this.#onFault(callback, error);
    }
  }
}
