import type { TcpSegment } from "../decode/segment.ts";
import { EndpointKey } from "./flow-key.ts";

/** A part of the flows: those whose number by the client's address, modulo `parts`, is `part`. */
export interface Part {
  readonly part: number;
  readonly parts: number;
}

/**
 * Tells which segments belong to a part of the flows, so that several tables can share the work. All flows of a client are in
 * one part, as the neighbours of a flow must be; where the ports do not tell which end is the client, both ends of a flow
 * choose the part together.
 */
export class FlowPart {
  readonly #part: Part;
  readonly #ports: ReadonlySet<number> | undefined;
  readonly #source = new EndpointKey();
  readonly #destination = new EndpointKey();

  constructor(part: Part, ports: ReadonlySet<number> | "all") {
    this.#part = part;
    this.#ports = ports === "all" ? undefined : ports;
  }

  has(segment: TcpSegment): boolean {
    const { part, parts } = this.#part;
    return (this.#hash(segment) >>> 0) % parts === part;
  }

  #hash(segment: TcpSegment): number {
    const { bytes, family, sourcePort, destinationPort } = segment;
    const isToServer = this.#ports?.has(destinationPort) === true;
    const isFromServer = this.#ports?.has(sourcePort) === true;
    let hash = 0;
    if (isToServer || !isFromServer) {
      this.#source.read(bytes, segment.sourceOffset, family);
      hash = this.#source.addressHash(0);
    }
    if (isFromServer || !isToServer) {
      this.#destination.read(bytes, segment.destinationOffset, family);
      hash = (hash + this.#destination.addressHash(0)) | 0;
    }
    return hash;
  }
}
