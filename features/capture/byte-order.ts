/**
 * Numbers of capture files, which are written in the byte order of the machine that captured. The caller has checked
 * that the bytes are there; a byte beyond the end reads as 0.
 */

export function uint16In(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  return littleEndian ? (second << 8) | first : (first << 8) | second;
}

export function uint32In(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const first = uint16In(bytes, at, littleEndian);
  const second = uint16In(bytes, at + 2, littleEndian);
  return (littleEndian ? (second << 16) | first : (first << 16) | second) >>> 0;
}
