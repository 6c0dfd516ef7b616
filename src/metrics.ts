import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Resolution } from "./action.ts";
import { isSpam } from "./header.ts";
import type { Judgement } from "./judgement.ts";
import { watchSensors, type SensorCounts } from "./sensor/sensor-metrics.ts";

/** Numbers that other parts keep and that are read when somebody asks for the metrics. */
export interface MetricSources {
  readonly capturePackets: () => number;
  /** Undefined where no source of packets has such a counter. */
  readonly captureDropped: () => number | undefined;
  readonly openFlows: () => number;
  /** Name of the model in force; undefined while there is none. */
  readonly model: () => string | undefined;
  readonly recordsDropped: () => number;
  /** The sensors that are asked, where there are any. */
  readonly sensors?: () => readonly SensorCounts[];
}

const SCORE_BUCKETS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
const SECONDS_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5];

function verdict(judgement: Judgement): string {
  if (judgement.kind === "unknown") return "unknown";
  return isSpam(judgement.score, judgement.required) ? "yes" : "no";
}

/** What the daemon counts, in Prometheus' text format. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #messages: Counter<"verdict" | "action">;
  readonly #unknown: Counter<"reason">;
  readonly #errors: Counter<"stage">;
  readonly #score: Histogram;
  readonly #seconds: Histogram;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    this.#messages = new Counter({
      name: "spamflow_messages_total",
      help: "Mails judged",
      labelNames: ["verdict", "action"],
      registers,
    });
    this.#unknown = new Counter({
      name: "spamflow_unknown_total",
      help: "Mails without a score, by reason",
      labelNames: ["reason"],
      registers,
    });
    this.#errors = new Counter({
      name: "spamflow_errors_total",
      help: "Faults of ours; the mails passed",
      labelNames: ["stage"],
      registers,
    });
    this.#score = new Histogram({
      name: "spamflow_score",
      help: "Scores given",
      buckets: SCORE_BUCKETS,
      registers,
    });
    this.#seconds = new Histogram({
      name: "spamflow_milter_seconds",
      help: "Time from end of message to the answer",
      buckets: SECONDS_BUCKETS,
      registers,
    });
    this.#watch(sources);
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  mail(judgement: Judgement, { action }: Resolution, seconds: number): void {
    this.#messages.inc({ verdict: verdict(judgement), action });
    this.#seconds.observe(seconds);
    if (judgement.kind === "scored") this.#score.observe(judgement.score);
    else this.#unknown.inc({ reason: judgement.reason });
  }

  error(stage: "scoring" | "milter"): void {
    this.#errors.inc({ stage });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #watch(sources: MetricSources): void {
    if (sources.sensors !== undefined) watchSensors(this.#registry, sources.sensors);
    this.#gauge("spamflow_capture_packets_total", "Packets captured", sources.capturePackets);
    this.#gauge("spamflow_capture_dropped_total", "Packets that the capture lost", () => {
      return sources.captureDropped() ?? Number.NaN;
    });
    this.#gauge("spamflow_flows_open", "Flows in the flow table", sources.openFlows);
    this.#gauge("spamflow_records_dropped_total", "Mails not kept", sources.recordsDropped);
    const info = new Gauge({
      name: "spamflow_model_info",
      help: "The model in force",
      labelNames: ["version"],
      registers: [this.#registry],
      collect: () => {
        info.reset();
        info.set({ version: sources.model() ?? "none" }, 1);
      },
    });
  }

  #gauge(name: string, help: string, value: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => {
        gauge.set(value());
      },
    });
  }
}
