import { extractFeatures } from "../features/index.ts";
import type {
  Endpoint,
  FeatureVector,
  FlowObserver,
  FlowRecord,
  Observation,
} from "../features/index.ts";
import type { Model } from "../training/index.ts";
import type { UnknownReason } from "./header.ts";
import { isLocalAddress } from "./local-address.ts";

/** The threshold of a model that has none of its own. */
export const DEFAULT_REQUIRED = 0.8;

/** What a score needs of a model. */
export type ScoringModel = Pick<Model, "name" | "threshold" | "probability">;

/** The SMTP client as the milter connection told it. */
export interface SmtpClient {
  /** Host name as Postfix verified it, `[address]` or `unknown`. */
  readonly hostname: string;
  /** Undefined where there is no network peer: unix sockets, sendmail(1), a peer that is gone. */
  readonly endpoint: Endpoint | undefined;
  /** Our own end, where the MTA told it. */
  readonly server: Endpoint | undefined;
}

export type Judgement =
  | {
      readonly kind: "scored";
      readonly score: number;
      readonly required: number;
      readonly model: string;
      readonly record: FlowRecord;
      readonly features: FeatureVector;
    }
  | {
      readonly kind: "unknown";
      readonly reason: UnknownReason;
      /** The flow as far as it was seen. */
      readonly record: FlowRecord | undefined;
    };

export interface JudgeParts {
  readonly flows: FlowObserver;
  /** The model in force; undefined while there is none. */
  readonly model: () => ScoringModel | undefined;
  /** Threshold that goes before the model's own. */
  readonly required: number | undefined;
  /** Also score clients with local addresses. */
  readonly scoreLocal: boolean;
}

function unknown(reason: UnknownReason, record?: FlowRecord): Judgement {
  return { kind: "unknown", reason, record };
}

/** Why a client's mails are not scored at all; undefined where they are. */
function skipReason(
  client: SmtpClient,
  authenticated: boolean,
  scoreLocal: boolean,
): UnknownReason | undefined {
  if (authenticated) return "authenticated";
  if (client.endpoint === undefined || client.endpoint.port === 0) return "local";
  if (!scoreLocal && isLocalAddress(client.endpoint.address)) return "local";
  return undefined;
}

function score(observation: Observation, parts: JudgeParts): Judgement {
  if (observation.kind === "no-flow") return unknown("no-flow");
  if (observation.kind === "partial") return unknown("partial", observation.record);
  const { record } = observation;
  const model = parts.model();
  if (model === undefined) return unknown("warming-up", record);
  const features = extractFeatures(record);
  const required = parts.required ?? model.threshold ?? DEFAULT_REQUIRED;
  const probability = model.probability(features);
  return { kind: "scored", score: probability, required, model: model.name, record, features };
}

/**
 * Judges one mail at its end of data; the first reason that applies is the one that is told. May reject where
 * a part of ours fails: the caller lets the mail pass as `Unknown, reason=error`.
 */
export async function judge(
  client: SmtpClient,
  authenticated: boolean,
  parts: JudgeParts,
): Promise<Judgement> {
  const reason = skipReason(client, authenticated, parts.scoreLocal);
  if (reason !== undefined || client.endpoint === undefined) return unknown(reason ?? "local");
  return score(await parts.flows.observe(client.endpoint, client.server), parts);
}
