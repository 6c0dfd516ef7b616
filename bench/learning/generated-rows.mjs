/** Labelled rows made by a seed, for timing: what is learnt of them is neither easy nor hopeless. */

/** Uniform numbers from 0 to 1: xorshift32. */
function uniformNumbers(seed) {
  let state = Math.imul(seed, 0x9e3779b1) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A half of the features are normal, a quarter have long tails, a quarter are counts. */
function valueOf(feature, normal) {
  const value = normal();
  if (feature % 4 === 1) return Math.exp(value);
  return feature % 4 === 3 ? Math.floor(Math.exp(value + 1)) : value;
}

/** The log-odds of a row: steps, waves and products of eight features; further features are noise. */
function logOddsOf(at) {
  const sums = 1.2 * at(0) + 0.8 * Math.log(at(1)) - 0.6 * Math.abs(at(10)) + 0.3;
  const products = at(2) * at(4) + 0.5 * Math.log(at(5)) * at(8);
  return sums + products + (at(3) > 3 ? 0.9 : -0.4) + Math.sin(2 * at(6));
}

/** A table as the learners take it, a second between its rows. */
export function generatedRows({ rows, features, seed }) {
  const uniform = uniformNumbers(seed);
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const columns = Array.from({ length: features }, (_, feature) =>
    Float64Array.from({ length: rows }, () => valueOf(feature, normal)),
  );
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const logOdds = logOddsOf((feature) => columns[feature % features][row]);
    return uniform() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  });
  const names = columns.map((_, feature) => `feature_${String(feature).padStart(2, "0")}`);
  return { names, columns, labels, times: Float64Array.from(labels, (_, row) => row), rows };
}
