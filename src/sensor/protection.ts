import { readFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { formatListenSpec, parseListenSpec, type ListenSpec } from "../../milter/index.ts";
import type { Settings } from "../config/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { NO_SECRET, readSecret } from "./secret.ts";

type SensorSettings = Settings["sensor"];

/** What protects the way between a sensor and its clients. */
export interface SensorProtection {
  /** NO_SECRET where there is none. */
  readonly secret: string;
  /** TLS as the sensor speaks it. */
  readonly identity: { readonly cert: string; readonly key: string } | undefined;
  /** Certificates by which its clients know it. */
  readonly authority: string | undefined;
}

/** Reads the files that the settings name. @throws CommandError with status 66 or 78. */
export async function readProtection(sensor: SensorSettings): Promise<SensorProtection> {
  const { secret_file: secret, certificate, key, authority } = sensor;
  if ((certificate === undefined) !== (key === undefined)) {
    const text = "sensor.certificate and sensor.key: one without the other";
    throw new CommandError(EXIT.configuration, text);
  }
  const identity =
    certificate === undefined || key === undefined
      ? undefined
      : { cert: await readPem(certificate), key: await readPem(key) };
  return {
    secret: secret === undefined ? NO_SECRET : await readSecret(secret),
    identity,
    authority: authority === undefined ? undefined : await readPem(authority),
  };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CommandError(EXIT.noInput, `${path}: cannot be read (${code})`);
  }
}

/**
 * Where a sensor listens or is found. Beyond this host the packets of others are told only under TLS and a secret.
 *
 * @throws CommandError with status 78 where what that takes is not set.
 */
export function protectedSpec(
  text: string,
  { secret, tls }: { readonly secret: string; readonly tls: string | undefined },
  tlsSettings: string,
): ListenSpec {
  const spec = parseListenSpec(text);
  if (spec.kind !== "tcp" || isLoopback(spec.host)) return spec;
  const lacking = [
    ...(tls === undefined ? [tlsSettings] : []),
    ...(secret === NO_SECRET ? ["sensor.secret_file"] : []),
  ];
  if (lacking.length === 0) return spec;
  const reason = `beyond this host a sensor takes TLS and a secret: set ${lacking.join(" and ")}`;
  throw new CommandError(EXIT.configuration, `sensor ${formatListenSpec(spec)}: ${reason}`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}
