/** Fields of a payload: text (written as UTF-8 with its NUL), raw bytes, or an unsigned 32-bit number. */
export type Field = string | Buffer | number;

function encodeField(field: Field): Buffer {
  if (typeof field === "string") return Buffer.from(`${field}\0`);
  if (typeof field !== "number") return field;
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(field);
  return bytes;
}

/** One packet: length, code, fields in order. */
export function encodePacket(code: number, ...fields: readonly Field[]): Buffer {
  const payload = fields.map(encodeField);
  const length = payload.reduce((sum, bytes) => sum + bytes.length, 1);
  const head = Buffer.allocUnsafe(5);
  head.writeUInt32BE(length, 0);
  head.writeUInt8(code, 4);
  return Buffer.concat([head, ...payload], 4 + length);
}
