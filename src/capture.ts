import {
  commandWords,
  FlowMonitor,
  openSources,
  type FlowMonitorCounts,
  type FlowObserver,
  type LiveCaptureOptions,
  type PacketSource,
  type SourceEvent,
} from "../features/index.ts";
import type { Settings } from "./config/schema.ts";
import type { Log } from "./log.ts";
import type { MetricSources } from "./metrics.ts";
import { openSensors } from "./sensor/sensor-capture.ts";

type CaptureMetrics = Pick<
  MetricSources,
  "capturePackets" | "captureDropped" | "openFlows" | "sensors"
>;

/** The running capture as the daemon uses it. */
export interface Capture {
  readonly flows: FlowObserver;
  /** `libpcap on eth0, lo`, for log and health. */
  readonly description: string;
  readonly metrics: CaptureMetrics;
  close(): Promise<void>;
}

function logEvent(log: Log, { kind, name }: PacketSource, event: SourceEvent): void {
  const fields = { source: kind, interface: name };
  if (event.kind === "said") log.info("capture-said", { ...fields, text: event.text });
  else if (event.kind === "resumed") log.info("capture-resumed", fields);
  else log.warn(`capture-${event.kind}`, { ...fields, reason: event.reason });
}

function sum(counts: FlowMonitorCounts, of: (source: Counted) => number): number {
  return counts.sources.reduce((total, source) => total + of(source), 0);
}
type Counted = FlowMonitorCounts["sources"][number];

/** Undefined as soon as one source cannot tell. */
function dropped({ sources }: FlowMonitorCounts): number | undefined {
  const numbers = sources.map(({ frames }) => frames.dropped);
  return numbers.reduce<number | undefined>((total, number) => {
    return total === undefined || number === "unknown" ? undefined : total + number;
  }, 0);
}

const BYTES_PER_MIB = 1024 * 1024;

/** What the settings say of a capture on this host. */
function liveOptions(capture: Settings["capture"]): LiveCaptureOptions {
  const { source, interface: interfaces, command, ring_mib: ring } = capture;
  return {
    source,
    interfaces,
    ports: new Set(capture.ports),
    snapLength: capture.snap_length,
    ...(ring === undefined ? {} : { ringBytes: ring * BYTES_PER_MIB }),
    ...(command === undefined
      ? {}
      : { command: typeof command === "string" ? commandWords(command) : command }),
  };
}

/** What `serve` asks for flows: the sensors of the settings, or a capture of its own. */
export function openCapture(settings: Settings, log: Log): Promise<Capture> {
  return settings.capture.sensor === undefined
    ? openLiveCapture(settings, log, () => undefined)
    : openSensors(settings, log);
}

/**
 * Starts capturing by the settings, and logs which source was taken and why; rejects with CaptureError. `onEnd` hears when
 * a source gave up for good, which only one does that has lost its right to open an interface again.
 */
export async function openLiveCapture(
  { capture }: Settings,
  log: Log,
  onEnd: (reason: string) => void,
): Promise<Capture> {
  const ports = new Set(capture.ports);
  const monitor = new FlowMonitor({
    ports,
    maxFlows: capture.flows,
    heard: (source, event) => {
      logEvent(log, source, event);
      if (event.kind === "ended") onEnd(`interface ${source.name}: ${event.reason}`);
    },
  });
  const opened = await openSources(liveOptions(capture), monitor).catch(async (error: unknown) => {
    await monitor.close();
    throw error;
  });
  for (const failure of opened.failures) log.warn("capture-left-out", { reason: failure });
  const names = opened.interfaces.join(",");
  log.info("capture", { source: opened.kind, interface: names, reason: opened.reason });
  return {
    flows: monitor,
    description: `${opened.kind} on ${names}`,
    metrics: {
      capturePackets: () => sum(monitor.counts, ({ frames }) => frames.received),
      captureDropped: () => dropped(monitor.counts),
      openFlows: () => sum(monitor.counts, ({ flows }) => flows),
    },
    close: () => monitor.close(),
  };
}
