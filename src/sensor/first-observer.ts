import type { Endpoint, FlowObserver, Observation } from "../../features/index.ts";

/** What is told first where several sensors have seen something of a client. */
const WORTH: Readonly<Record<Observation["kind"], number>> = { flow: 2, partial: 1, "no-flow": 0 };

/**
 * Asks several observers for a flow, all at once: the first that has seen it whole is taken at once, and else the one
 * that has seen most. Most clients come by one sensor alone, so the others need not have answered.
 */
export class FirstObserver implements FlowObserver {
  readonly #observers: readonly FlowObserver[];

  constructor(observers: readonly FlowObserver[]) {
    this.#observers = observers;
  }

  observe(client: Endpoint, server?: Endpoint): Promise<Observation> {
    return new Promise((resolve) => {
      let best: Observation = { kind: "no-flow" };
      let open = this.#observers.length;
      if (open === 0) resolve(best);
      const take = (observation: Observation): void => {
        open -= 1;
        if (WORTH[observation.kind] > WORTH[best.kind]) best = observation;
        if (best.kind === "flow" || open === 0) resolve(best);
      };
      for (const observer of this.#observers) void observer.observe(client, server).then(take);
    });
  }
}
