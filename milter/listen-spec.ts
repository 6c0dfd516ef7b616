import { MilterSpecError } from "./errors.ts";

/** Where to listen, or for a client where to connect. */
export type ListenSpec =
  /** Port 0 lets the system choose. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  /** A listening socket that was passed on by the service manager. */
  | { readonly kind: "descriptor"; readonly descriptor: number };

/** sun_path of Linux holds 108 bytes with the NUL; a longer path is cut silently by some systems. */
const MAX_PATH_BYTES = 107;

const MAX_PORT = 65_535;
const MAX_DESCRIPTOR = 65_535;

interface HostAndPort {
  readonly host: string;
  readonly port: string;
}

/** Sendmail's `port@host` or Postfix's `host:port`; an IPv6 address stands in brackets. */
function splitAddress(rest: string): HostAndPort | undefined {
  const sendmail = /^(?<port>[^@]*)@(?<host>.+)$/.exec(rest);
  const postfix = /^(?<host>\[[^\]]*\]|[^:]*):(?<port>[^:]*)$/.exec(rest);
  const { host, port } = (sendmail ?? postfix)?.groups ?? {};
  return host === undefined || port === undefined ? undefined : { host, port };
}

function parseNumber(text: string, max: number): number | undefined {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  return number <= max ? number : undefined;
}

function parseTcp(spec: string, rest: string): ListenSpec {
  if (/^\d+$/.test(rest)) {
    throw new MilterSpecError(spec, `no host; for this host alone write inet:${rest}@127.0.0.1`);
  }
  const address = splitAddress(rest);
  if (address === undefined) {
    throw new MilterSpecError(spec, "neither PORT@HOST nor HOST:PORT (IPv6 addresses in brackets)");
  }
  const port = parseNumber(address.port, MAX_PORT);
  if (port === undefined) throw new MilterSpecError(spec, `"${address.port}" is no port`);
  const host = address.host.replace(/^\[(.*)\]$/, "$1");
  if (!/^[\w.:%-]+$/.test(host)) throw new MilterSpecError(spec, `"${address.host}" is no host`);
  return { kind: "tcp", host, port };
}

function parseUnix(spec: string, path: string): ListenSpec {
  if (!path.startsWith("/")) throw new MilterSpecError(spec, "the path must begin with /");
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_PATH_BYTES) {
    throw new MilterSpecError(
      spec,
      `the path has ${bytes} bytes, a socket's may have ${MAX_PATH_BYTES}`,
    );
  }
  if (path.includes("\0")) throw new MilterSpecError(spec, "the path has a NUL");
  return { kind: "unix", path };
}

function parseDescriptor(spec: string, text: string): ListenSpec {
  const descriptor = parseNumber(text, MAX_DESCRIPTOR);
  if (descriptor === undefined) throw new MilterSpecError(spec, `"${text}" is no file descriptor`);
  return { kind: "descriptor", descriptor };
}

const PARSERS = new Map<string, (spec: string, rest: string) => ListenSpec>([
  ["inet", parseTcp],
  ["inet6", parseTcp],
  ["unix", parseUnix],
  ["local", parseUnix],
  ["fd", parseDescriptor],
]);

/**
 * Reads a socket specification in Sendmail's or Postfix's spelling: `inet:port@host`, `inet:host:port`,
 * `inet6:port@[::1]`, `unix:/path`, `local:/path`, `/path`, `fd:3`. Throws MilterSpecError with the reason.
 */
export function parseListenSpec(text: string): ListenSpec {
  if (text.startsWith("/")) return parseUnix(text, text);
  const colon = text.indexOf(":");
  const parse = PARSERS.get(text.slice(0, Math.max(colon, 0)));
  if (parse === undefined) {
    throw new MilterSpecError(text, "it begins with none of inet:, inet6:, unix:, local:, fd:");
  }
  return parse(text, text.slice(colon + 1));
}

/** The specification in one spelling; parseListenSpec reads it back. */
export function formatListenSpec(spec: ListenSpec): string {
  if (spec.kind === "unix") return `unix:${spec.path}`;
  if (spec.kind === "descriptor") return `fd:${spec.descriptor}`;
  const host = spec.host.includes(":") ? `[${spec.host}]` : spec.host;
  return `inet:${spec.port}@${host}`;
}
