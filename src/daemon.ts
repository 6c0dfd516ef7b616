import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FEATURE_NAMES } from "../features/index.ts";
import { MilterServer, parseListenSpec } from "../milter/index.ts";
import { loadModel, TrainingError, type Model } from "../training/index.ts";
import { openCapture, type Capture } from "./capture.ts";
import type { Settings } from "./config/schema.ts";
import { rejectAbove, requireEnforceable } from "./enforcement.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import { startHttp, type Closable } from "./http/routes.ts";
import type { Log } from "./log.ts";
import { MailIds } from "./mail-ids.ts";
import { MailRecordFile } from "./mail-record-file.ts";
import { Metrics } from "./metrics.ts";
import { reportFields } from "./milter-report.ts";
import { ModelWatch } from "./model-watch.ts";
import { socketOptions } from "./socket-options.ts";
import { SpamFilter, type SpamFilterParts } from "./spam-filter.ts";

/** A running daemon. */
export interface Daemon {
  /** Loads the model anew. */
  reload(): Promise<void>;
  /** Takes no new messages, lets running ones finish, closes everything. */
  stop(): Promise<void>;
}

/** Time that running messages get to finish when the daemon stops. */
const STOP_GRACE_MILLISECONDS = 15_000;

/** What is built from the settings, in the order in which it is closed. */
interface Parts {
  readonly records: MailRecordFile;
  readonly models: ModelWatch;
  readonly capture: Capture;
  readonly metrics: Metrics;
}

/**
 * Builds and joins everything that `serve` runs, top to bottom: state, model, capture, metrics, filter, milter,
 * HTTP. When one part cannot be built, those before it are closed and the error tells why.
 */
export async function startDaemon(settings: Settings, log: Log): Promise<Daemon> {
  const opened: Closable[] = [];
  try {
    const parts = await openParts(settings, log, opened);
    const server = new MilterServer(new SpamFilter(filterParts(settings, log, parts)), {
      ...(await socketOptions(settings)),
      report: (report, suppressed) => {
        log.warn("milter", reportFields(report, suppressed));
      },
    });
    opened.unshift({ close: () => server.stop(STOP_GRACE_MILLISECONDS) });
    const listening = await server.listen(parseListenSpec(settings.listen));
    const http = await startHttp(settings.http, parts.metrics, () => health(parts));
    if (http !== undefined) opened.push(http);
    log.info("ready", {
      listen: listening.text,
      mode: settings.mode,
      source: parts.capture.description,
      model: parts.models.current?.name ?? "none",
      http: http?.where ?? "none",
    });
    return { reload: () => parts.models.reload(), stop: () => closeAll(opened) };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function openParts(settings: Settings, log: Log, opened: Closable[]): Promise<Parts> {
  await makeStateFolder(settings.state);
  const models = await ModelWatch.start({
    path: settings.model ?? join(settings.state, "model.json"),
    load: loadModelIfThere,
    log,
  });
  opened.push({
    close: () => {
      models.stop();
      return Promise.resolve();
    },
  });
  requireEnforceable(settings, models.current);
  const records = await openRecords(settings.state, log);
  opened.push(records);
  const capture = await openCapture(settings, log);
  opened.push(capture);
  const metrics = new Metrics({
    ...capture.metrics,
    model: () => models.current?.name,
    recordsDropped: () => records.dropped,
  });
  return { records, models, capture, metrics };
}

function filterParts(settings: Settings, log: Log, parts: Parts): SpamFilterParts {
  const { scoring, enforce } = settings;
  const ids = new MailIds();
  return {
    flows: parts.capture.flows,
    model: () => parts.models.current,
    required: scoring.required,
    scoreLocal: scoring.local,
    policy: {
      mode: settings.mode,
      // A model that is loaded later may have another threshold, or none.
      get rejectAbove() {
        return rejectAbove(enforce, parts.models.current);
      },
      deferAbove: enforce.defer_above,
      letThrough: enforce.let_through,
    },
    skipped: settings.header.skipped,
    keep: (record) => {
      parts.records.append(record);
    },
    log,
    onFault: (error) => {
      parts.metrics.error("scoring");
      log.error("scoring-failed", { reason: String(error) });
    },
    onMail: (judgement, resolution, seconds) => {
      parts.metrics.mail(judgement, resolution, seconds);
    },
    newId: () => ids.next(),
    random: Math.random,
    now: () => performance.timeOrigin + performance.now(),
  };
}

async function makeStateFolder(folder: string): Promise<void> {
  if (/^\w+:\/\//.test(folder)) {
    throw new CommandError(EXIT.configuration, `state: ${folder}: only folders are supported`);
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw new CommandError(EXIT.cannotCreate, `state folder ${folder}: ${String(error)}`);
  }
}

async function openRecords(folder: string, log: Log): Promise<MailRecordFile> {
  try {
    return await MailRecordFile.open({
      folder,
      onFault: (error) => {
        log.error("mail-not-kept", { reason: String(error) });
      },
    });
  } catch (error) {
    throw new CommandError(EXIT.cannotCreate, `state folder ${folder}: ${String(error)}`);
  }
}

/** A model that is not there yet is ordinary: the daemon warms up until one has been trained. */
async function loadModelIfThere(path: string): Promise<Model | undefined> {
  try {
    return await loadModel(path, FEATURE_NAMES);
  } catch (error) {
    const cause =
      error instanceof TrainingError ? (error.cause as NodeJS.ErrnoException) : undefined;
    if (cause?.code === "ENOENT") return undefined;
    throw error;
  }
}

function health(parts: Parts): Record<string, unknown> {
  return {
    status: "ok",
    model: parts.models.current?.name ?? null,
    capture: parts.capture.description,
    flows: parts.capture.metrics.openFlows(),
  };
}

/** In order, each even where one before it fails. */
async function closeAll(parts: readonly Closable[]): Promise<void> {
  for (const part of parts) await part.close().catch(() => undefined);
}
