import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordStream } from "../../../features/capture/record-stream.ts";
import { concatenate } from "../../support/byte-building.ts";
import { chunksOf, cuts } from "../../support/stream-cuts.ts";

/** A format for the test: one byte of length, then so many bytes; a length of 255 is damage. */
class LengthPrefixed extends RecordStream {
  readonly records: number[][] = [];
  readonly buffers = new Set<Uint8Array>();

  protected override sizeAt(bytes: Uint8Array, at: number, available: number): number {
    if (available < 1) return 1;
    const length = bytes[at] ?? 0;
    if (length === 255) throw this.fault("damaged", "a record of 255 bytes");
    return 1 + length;
  }

  protected override take(bytes: Uint8Array, at: number, size: number): void {
    this.records.push(Array.from(bytes.subarray(at + 1, at + size)));
    this.buffers.add(bytes);
  }
}

function encoded(records: readonly (readonly number[])[]): Uint8Array {
  return concatenate(...records.map((record) => [record.length, ...record]));
}

const records = fc.array(fc.array(fc.nat(255), { maxLength: 30 }), { maxLength: 20 });

describe("RecordStream", () => {
  it("yields the same records however the stream is cut", () => {
    fc.assert(
      fc.property(records, cuts, (expected, places) => {
        const stream = new LengthPrefixed({ name: "test" });
        const bytes = encoded(expected);
        for (const chunk of chunksOf(bytes, places)) stream.push(chunk);
        stream.end();
        expect(stream.records).toEqual(expected);
        expect(stream.position).toBe(bytes.length);
      }),
    );
  });

  it("hands over records where they lie when the chunk holds them whole", () => {
    const stream = new LengthPrefixed({ name: "test" });
    const chunk = encoded([[1, 2, 3], [], [4]]);
    stream.push(chunk);
    expect(stream.buffers).toEqual(new Set([chunk]));
    expect([...stream.buffers][0]).toBe(chunk);
  });

  it("does not keep the chunk that it was given", () => {
    const stream = new LengthPrefixed({ name: "test" });
    const chunk = Uint8Array.from([3, 1]);
    stream.push(chunk);
    chunk.fill(9);
    stream.push(Uint8Array.from([2, 3]));
    expect(stream.records).toEqual([[1, 2, 3]]);
  });

  it("delivers what stands before the damage and names its place", () => {
    fc.assert(
      fc.property(records, cuts, (before, places) => {
        const stream = new LengthPrefixed({ name: "mail.pcap" });
        const good = encoded(before);
        const bytes = concatenate(good, [255, 0, 0]);
        const pushAll = (): void => {
          for (const chunk of chunksOf(bytes, places)) stream.push(chunk);
        };
        expect(pushAll).toThrow(`mail.pcap: byte ${good.length}: a record of 255 bytes`);
        expect(stream.records).toEqual(before);
      }),
    );
  });

  it("finds an end within a record, and names the record's place", () => {
    const stream = new LengthPrefixed({ name: "mail.pcap" });
    stream.push(Uint8Array.from([1, 7, 3, 1]));
    expect(() => {
      stream.end();
    }).toThrow("mail.pcap: byte 2: the file ends 2 bytes into a record or header");
  });

  it("says which stream the offset is counted in", () => {
    const stream = new LengthPrefixed({ name: "mail.pcap.gz", isDecompressed: true });
    expect(() => {
      stream.push(Uint8Array.from([0, 255]));
    }).toThrow("mail.pcap.gz: byte 1 of the uncompressed stream: a record of 255 bytes");
  });
});
