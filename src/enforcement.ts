import { whyNoThreshold, type Model } from "../training/index.ts";
import type { Settings } from "./config/schema.ts";
import { CommandError, EXIT } from "./exit-codes.ts";

/** Never rejected below it unless configured: a model's threshold says what may be tagged. */
const DEFAULT_REJECT_ABOVE = 0.99;

type Thresholds = Pick<Model, "threshold">;

/**
 * Score from which mode `enforce` rejects: what is configured, else what the model's threshold vouches for. A model
 * without a threshold rejects nothing.
 */
export function rejectAbove(enforce: Settings["enforce"], model: Thresholds | undefined): number {
  if (enforce.reject_above !== undefined) return enforce.reject_above;
  const threshold = model?.threshold ?? null;
  return threshold === null ? Infinity : Math.max(threshold, DEFAULT_REJECT_ABOVE);
}

/**
 * Mode `enforce` wants a threshold that keeps a known false-positive rate, or an administrator who chose one.
 *
 * @throws CommandError 78 that says what is missing
 */
export function requireEnforceable(
  { mode, enforce }: Pick<Settings, "mode" | "enforce">,
  model: Pick<Model, "name" | "threshold" | "summary"> | undefined,
): void {
  if (mode !== "enforce" || rejectAbove(enforce, model) !== Infinity) return;
  const why =
    model === undefined
      ? "there is no model yet"
      : `${model.name} has no threshold: ${whyNoThreshold(model.summary.thresholdChoice)}`;
  throw new CommandError(
    EXIT.configuration,
    `mode enforce: ${why}. Run in mode tag until a model with a threshold is trained, or set enforce.reject_above`,
  );
}
