/**
 * How a raw value of one feature becomes a number of size one. It is learnt from the training rows and kept in
 * the model, so that a live value is treated as those were.
 */
export interface Scale {
  /** ln(value + offset) is taken first; null where the value is used as it is. */
  readonly offset: number | null;
  readonly mean: number;
  /** Standard deviation; 0 for a feature that was constant or never observed, which then says nothing. */
  readonly deviation: number;
  /** True when the feature was missing in some training rows: its absence is then a column of its own. */
  readonly absent: boolean;
}

/**
 * Share of the positive values below the offset of the logarithm: among the smallest values differences are
 * noise, and zero must not lie far away from them. Of counts it makes ln(value + 1).
 */
const OFFSET_QUANTILE = 0.1;

/** Beyond any byte count or time of a flow; keeps sums of third powers finite. */
const LARGEST_VALUE = 1e15;

/** A single wild value counts as this many deviations at most. */
const LARGEST_SCALED = 5;

/** Learns the scale of a column; NaN and infinities are missing. */
export function fitScale(column: Float64Array): Scale {
  const values = column.filter(Number.isFinite).map(bounded);
  const absent = values.length < column.length;
  const offset = logarithmOffset(values);
  const { mean, deviation } = moments(
    offset === null ? values : values.map((value) => Math.log(value + offset)),
  );
  return { offset, mean, deviation: isConstant(values) ? 0 : deviation, absent };
}

/** The value in deviations from the mean; 0, the mean, when it is missing. */
export function scaled(scale: Scale, value: number): number {
  if (!Number.isFinite(value) || !(scale.deviation > 0)) return 0;
  const distance = transformed(scale.offset, bounded(value)) - scale.mean;
  return clamp(distance / scale.deviation, LARGEST_SCALED);
}

function transformed(offset: number | null, value: number): number {
  // A negative value of a feature that was never negative in training counts as zero.
  return offset === null ? value : Math.log(Math.max(value, 0) + offset);
}

/**
 * Times, sizes, rates and counts act by their ratios, and a few huge ones would own the mean and the deviation: a
 * column without negative values is taken in logarithms unless its tail is on the left. The data decide rather
 * than the unit, so that a column of a foreign table is treated like a feature of ours.
 */
function logarithmOffset(values: Float64Array): number | null {
  if (values.some((value) => value < 0) || !(skewness(values) > 0)) return null;
  const positive = values.filter((value) => value > 0).sort();
  return positive[Math.floor(positive.length * OFFSET_QUANTILE)] ?? null;
}

function bounded(value: number): number {
  return clamp(value, LARGEST_VALUE);
}

function clamp(value: number, limit: number): number {
  return Math.min(Math.max(value, -limit), limit);
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

function moments(values: Float64Array): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 0 };
  const mean = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Third standardised moment; NaN for a constant column. */
function skewness(values: Float64Array): number {
  const { mean, deviation } = moments(values);
  return sum(values.map((value) => ((value - mean) / deviation) ** 3)) / values.length;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
