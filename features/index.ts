/** The door of features/: from packets to flows to features, live and from capture files. No native module is loaded here. */

export {
  BARRIER_BOUND_MILLISECONDS,
  CaptureError,
  MAX_SNAP_LENGTH,
  SNAP_LENGTH,
  type BarrierOutcome,
  type CaptureFault,
  type FrameSink,
  type PacketSource,
  type SourceCounters,
  type SourceEvent,
} from "./capture/packet-source.ts";
export { BackOff } from "./capture/back-off.ts";
export { CapSource, type CapSourceOptions } from "./capture/cap-source.ts";
export { CommandSource, type CommandSourceOptions } from "./capture/command-source.ts";
export { commandWords } from "./capture/command-words.ts";
export { FileSource } from "./capture/file-source.ts";
export { chooseInterfaces, type InterfaceChoice } from "./capture/interfaces.ts";
export { LibpcapSource, type LibpcapSourceOptions } from "./capture/libpcap-source.ts";
export {
  LIVE_SOURCES,
  openSources,
  type LiveCaptureOptions,
  type LiveSource,
  type OpenedSources,
  type SourceKeeper,
} from "./capture/open-sources.ts";
export { readCapture, readCaptureStream, type CaptureSummary } from "./capture/read-capture.ts";
export type { Frame, IgnoredReason } from "./decode/segment.ts";
export { extractFeatures, FEATURE_NAMES, type FeatureVector } from "./extract/extract-features.ts";
export { FEATURES as FEATURE_TABLE } from "./extract/feature-table.ts";
export { featureDocument } from "./extract/feature-document.ts";
export type { Feature } from "./extract/feature.ts";
export {
  extractedFlow,
  FlowExtractor,
  type ExtractedFlow,
  type ExtractedSink,
  type ExtractionCounts,
  type FlowExtractorOptions,
  type Occasion,
} from "./extract-flows.ts";
export type { Part } from "./flow/flow-part.ts";
export type { CutRule, Endpoint, FlowRecord, Moments, SideRecord } from "./flow/flow-record.ts";
export {
  FlowMonitor,
  LIVE_IDLE_SECONDS,
  LIVE_LINGER_SECONDS,
  LIVE_MAX_FLOWS,
  type FlowMonitorCounts,
  type FlowMonitorOptions,
  type FlowObserver,
  type Observation,
} from "./flow-monitor.ts";
export type { SourceFlowsCounts } from "./source-flows.ts";
