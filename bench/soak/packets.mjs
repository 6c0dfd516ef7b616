/** Packets as Postfix writes them: uint32 length, command byte, payload. Payloads are given a character per byte. */
export function packet(letter, payload = "") {
  const bytes = Buffer.from(`\0\0\0\0${letter}${payload}`, "latin1");
  bytes.writeUInt32BE(bytes.length - 4);
  return bytes;
}

/** Version, actions and protocol flags; Postfix 3.7 to 3.11 offers the default. */
export function offer(version = 6, actions = 0x1ff, protocol = 0x1fffff) {
  const numbers = Buffer.alloc(12);
  for (const [index, number] of [version, actions, protocol].entries())
    numbers.writeUInt32BE(number, index * 4);
  return packet("O", numbers.toString("latin1"));
}

export const CONNECT = packet("C", "client.example.net\x004\xa1\x05192.0.2.7\0");
export const HELO = packet("H", "client.example.net\0");
export const RCPT = packet("R", "<b@example.com>\0");
export const DATA = packet("T");
export const END_OF_HEADERS = packet("N");
export const END = packet("E");
export const ABORT = packet("A");
export const QUIT = packet("Q");

export function mail(sender) {
  return packet("M", `${sender}\0SIZE=100\0`);
}

export function header(name, value) {
  return packet("L", `${name}\0${value}\0`);
}

const HEADERS = [
  header("Received", "from a.example.net by b.example.net\n\tfor <b@example.com>"),
  header("X-Soak", "forged"),
  header("Subject", "gr\xc3\xbc\xc3\x9fe"),
  header("x-soak", "forged again"),
];

/** Everything of a client's first message but its end, one event an entry, each with its macro packet. */
export function eventsOf(sender, bodyBytes) {
  const body = "a line of text\r\n".repeat(Math.ceil(bodyBytes / 16));
  const chunks = body.match(/[^]{1,65535}/g) ?? [];
  const events = [mail(sender), RCPT, DATA, ...HEADERS, END_OF_HEADERS];
  return [...events, ...chunks.map((chunk) => packet("B", chunk))].map((event) =>
    Buffer.concat([packet("D", `${String.fromCharCode(event[4])}i\x004ABC\0`), event]),
  );
}
