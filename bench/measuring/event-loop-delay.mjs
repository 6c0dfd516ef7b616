/**
 * Loaded into a process by `node --import`: at each SIGUSR2 it writes one line of JSON to stderr, how late the event loop
 * was since the last one, in milliseconds.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

/** The timer that measures; what is late is late on top of it. */
const RESOLUTION_MILLISECONDS = 1;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MILLISECONDS });
delays.enable();

const late = (nanoseconds) => Math.max(nanoseconds / 1e6 - RESOLUTION_MILLISECONDS, 0);

process.on("SIGUSR2", () => {
  const [p50, p99, max] = [delays.percentile(50), delays.percentile(99), delays.max].map(late);
  process.stderr.write(
    `${JSON.stringify({ eventLoopDelay: { p50, p99, max, samples: delays.count } })}\n`,
  );
  delays.reset();
});
