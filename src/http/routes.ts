import { parseListenSpec } from "../../milter/index.ts";
import type { Metrics } from "../metrics.ts";
import { HttpServer } from "./http-server.ts";

export interface Closable {
  close(): Promise<void>;
}

/** Serves `/healthz` and `/metrics`; undefined where the setting is `none`. */
export async function startHttp(
  setting: string,
  metrics: Metrics,
  health: () => Record<string, unknown>,
): Promise<HttpServer | undefined> {
  if (setting === "none") return undefined;
  return HttpServer.listen(parseListenSpec(setting), {
    "/healthz": () =>
      Promise.resolve({
        status: 200,
        type: "application/json",
        body: `${JSON.stringify(health())}\n`,
      }),
    "/metrics": async () => ({
      status: 200,
      type: metrics.contentType,
      body: await metrics.text(),
    }),
  });
}
