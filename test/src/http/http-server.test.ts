import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { HttpServer, type Routes } from "../../../src/http/http-server.ts";

const routes: Routes = {
  "/healthz": () => Promise.resolve({ status: 200, type: "text/plain", body: "ok\n" }),
  "/broken": () => Promise.reject(new Error("no")),
};

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function ask(where: string, path: string, method = "GET") {
  const [host, port] = where.split(":");
  const target = where.startsWith("/") ? { socketPath: where } : { host, port };
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const asked = request({ ...target, path, method }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => {
        resolve({ status: response.statusCode, body });
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("HttpServer", () => {
  it("answers its routes, and 404, 405, 500 to the rest", async () => {
    server = await HttpServer.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, routes);
    expect(await ask(server.where, "/healthz?x=1")).toEqual({ status: 200, body: "ok\n" });
    expect(await ask(server.where, "/constructor")).toMatchObject({ status: 404 });
    expect(await ask(server.where, "/healthz", "POST")).toMatchObject({ status: 405 });
    expect(await ask(server.where, "/broken")).toMatchObject({ status: 500 });
  });

  it("listens on a unix socket", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spamflow-http-"));
    const path = join(folder, "http.sock");
    server = await HttpServer.listen({ kind: "unix", path }, routes);
    expect(await ask(path, "/healthz")).toMatchObject({ status: 200 });
    await rm(folder, { recursive: true });
  });

  it("refuses to be reachable from other hosts", async () => {
    const anywhere = { kind: "tcp", host: "0.0.0.0", port: 0 } as const;
    await expect(HttpServer.listen(anywhere, routes)).rejects.toMatchObject({ status: 78 });
  });

  it("says when the port is in use", async () => {
    server = await HttpServer.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, routes);
    const port = Number(server.where.split(":")[1]);
    await expect(
      HttpServer.listen({ kind: "tcp", host: "127.0.0.1", port }, routes),
    ).rejects.toMatchObject({ status: 73 });
  });
});
