/** Numbers as bytes, for tests that build packets and files; most significant byte first unless said otherwise. */

export function uint16Bytes(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function uint32Bytes(value: number): number[] {
  return [...uint16Bytes(value >>> 16), ...uint16Bytes(value)];
}

/** All parts, one behind the other. */
export function concatenate(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
