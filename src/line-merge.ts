/** Lines of one source with what they are merged by, ascending. */
export interface MergeBatch {
  readonly lines: readonly string[];
  readonly frames: Float64Array;
  readonly firstFrames: Float64Array;
}

/** One source: its batches in order, the first of which was read up to `next`. */
interface Source {
  readonly batches: MergeBatch[];
  next: number;
  isEnded: boolean;
}

/**
 * Merges lines of several sources, each in order, into one order: by the frame at which they were given out, then by the
 * frame that their flow began with. A line is given out as soon as no source can come with an earlier one.
 */
export class LineMerge {
  readonly #sources: readonly Source[];
  readonly #take: (line: string) => void;
  readonly #onBatchRead: (source: number) => void;

  constructor(
    sources: number,
    take: (line: string) => void,
    onBatchRead: (source: number) => void,
  ) {
    this.#sources = Array.from({ length: sources }, () => ({
      batches: [],
      next: 0,
      isEnded: false,
    }));
    this.#take = take;
    this.#onBatchRead = onBatchRead;
  }

  add(source: number, batch: MergeBatch): void {
    this.#sources[source]?.batches.push(batch);
    this.#advance();
  }

  end(source: number): void {
    const ended = this.#sources[source];
    if (ended !== undefined) ended.isEnded = true;
    this.#advance();
  }

  #advance(): void {
    while (this.#sources.every(({ batches, isEnded }) => isEnded || batches.length > 0)) {
      const first = this.#first();
      if (first === undefined) return;
      this.#giveOut(first);
    }
  }

  /** The source whose next line comes first. */
  #first(): number | undefined {
    let best: number | undefined;
    for (const [index, { batches }] of this.#sources.entries()) {
      if (batches.length === 0) continue;
      if (best === undefined || this.#isBefore(index, best)) best = index;
    }
    return best;
  }

  #isBefore(one: number, other: number): boolean {
    const [frame, firstFrame] = this.#key(one);
    const [otherFrame, otherFirstFrame] = this.#key(other);
    return frame === otherFrame ? firstFrame < otherFirstFrame : frame < otherFrame;
  }

  #key(index: number): readonly [number, number] {
    const source = this.#sources[index];
    const batch = source?.batches[0];
    const next = source?.next ?? 0;
    return [batch?.frames[next] ?? Infinity, batch?.firstFrames[next] ?? Infinity];
  }

  #giveOut(index: number): void {
    const source = this.#sources[index];
    const batch = source?.batches[0];
    const line = batch?.lines[source?.next ?? 0];
    if (source === undefined || batch === undefined || line === undefined) return;
    this.#take(line);
    source.next += 1;
    if (source.next < batch.lines.length) return;
    source.batches.shift();
    source.next = 0;
    this.#onBatchRead(index);
  }
}
