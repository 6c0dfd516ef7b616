/** At most `limit` of the numbers below `count`, at equal distances. */
export function evenlySpread(count: number, limit: number): readonly number[] {
  const taken = Math.min(count, limit);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
}
