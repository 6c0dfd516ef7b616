import { z } from "zod";

/**
 * A rising function of log-odds that makes probabilities of scores.
 *
 * - `platt`: `slope · x + offset` (Platt 1999);
 * - `beta`: `spam · ln p − ham · ln(1 − p) + offset` for the probability p of x (Kull, Silva Filho and Flach 2017),
 *   which can bend where the one side is surer of itself than the other. With spam = ham it is Platt's.
 */
export type Calibration =
  | { readonly kind: "platt"; readonly slope: number; readonly offset: number }
  | {
      readonly kind: "beta";
      readonly spam: number;
      readonly ham: number;
      readonly offset: number;
    };

/** Beyond any slope or offset that a fit gives. */
const LARGEST = 1e3;
const SLOPE = z.number().min(0).max(LARGEST);
const OFFSET = z.number().min(-LARGEST).max(LARGEST);

export const CALIBRATION: z.ZodType<Calibration> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("platt"), slope: SLOPE, offset: OFFSET }),
  z.object({ kind: z.literal("beta"), spam: SLOPE, ham: SLOPE, offset: OFFSET }),
]);

/** Takes scores as they are. */
export const UNCALIBRATED: Calibration = { kind: "platt", slope: 1, offset: 0 };

export function calibrated(calibration: Calibration, logOdds: number): number {
  if (calibration.kind === "platt") return calibration.slope * logOdds + calibration.offset;
  const { spam, ham, offset } = calibration;
  return offset - spam * softplus(-logOdds) + ham * softplus(logOdds);
}

/** ln(1 + e^x) without overflow, which is −ln(1 − p) at the log-odds x of p. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
