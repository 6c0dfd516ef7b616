import type { CaptureTime } from "./decode/segment.ts";

const NANOSECONDS_PER_MILLISECOND = 1e6;
const NANOSECONDS_PER_SECOND = 1e9;

/**
 * The capture's own time while no frame comes: the stamp of the newest frame and what went by since. It follows the
 * stamps, so that flows age by the clock that dated them, whatever this host's clock is set to.
 */
export class CaptureClock {
  #base: CaptureTime | undefined;
  #baseAt = 0;

  /**
   * The time of the capture at `now` milliseconds of a monotonic clock, when the newest frame seen so far has the stamp
   * `newest`; undefined before the first frame.
   */
  at(now: number, newest: CaptureTime | undefined): CaptureTime | undefined {
    if (newest === undefined) return undefined;
    const base = this.#base;
    if (base?.seconds !== newest.seconds || base.nanoseconds !== newest.nanoseconds) {
      this.#base = newest;
      this.#baseAt = now;
    }
    return later(newest, (now - this.#baseAt) * NANOSECONDS_PER_MILLISECOND);
  }
}

function later({ seconds, nanoseconds }: CaptureTime, passed: number): CaptureTime {
  const total = nanoseconds + Math.round(passed);
  return {
    seconds: seconds + Math.floor(total / NANOSECONDS_PER_SECOND),
    nanoseconds: total % NANOSECONDS_PER_SECOND,
  };
}
