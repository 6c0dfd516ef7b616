/** The part of the `cap` package (0.2) that the capture child uses; the package ships no types. */
declare module "cap" {
  import type { EventEmitter } from "node:events";

  interface Cap extends EventEmitter {
    /** Opens once; answers the name of the link type; throws an Error with libpcap's message. */
    open(device: string, filter: string, bufferBytes: number, buffer: Buffer): string;
    on(event: "packet", listener: (copiedBytes: number, truncated: boolean) => void): this;
  }

  const addon: { readonly Cap: new () => Cap };
  export default addon;
}
