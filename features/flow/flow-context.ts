import { CellStore, NONE } from "./flow-cells.ts";
import { HalfFlow } from "./half-flow.ts";
import { Handshake } from "./handshake.ts";

/** Counts the times at which frames may have been missed; all flows of a table share one. */
export interface Interruptions {
  count: number;
}

/** The numbers of one flow, looked at. */
export interface FlowLook {
  readonly source: HalfFlow;
  readonly destination: HalfFlow;
  readonly pair: Handshake;
}

/** What the flows of a table share. */
export class FlowContext implements FlowLook {
  /** Whether flows keep their record as it stood with the last new payload of the client. */
  readonly marks: boolean;
  readonly interruptions: Interruptions;
  readonly cells = new CellStore();
  /** The looks at the flow at hand: turned to it before they are used. */
  readonly source = new HalfFlow();
  readonly destination = new HalfFlow();
  readonly pair = new Handshake();
  #turnedTo = NONE;
  /** Memory of all flows that were not released, about. */
  bytes = 0;

  constructor(marks = false, interruptions: Interruptions = { count: 0 }) {
    this.marks = marks;
    this.interruptions = interruptions;
  }

  /** Turns the looks to the numbers in a room. */
  look(room: number): FlowLook {
    if (room === this.#turnedTo) return this;
    this.#turnedTo = room;
    const page = this.cells.page(room);
    const index = this.cells.indexOf(room);
    this.source.turnTo(page, index, 0);
    this.destination.turnTo(page, index, 1);
    this.pair.turnTo(page, index);
    return this;
  }
}
