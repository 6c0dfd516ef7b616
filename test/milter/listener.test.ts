import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { MilterListenError } from "../../milter/errors.ts";
import { listenOn, type UnixSocketOptions } from "../../milter/listener.ts";
import type { ListenSpec } from "../../milter/listen-spec.ts";
import { scratchFolder } from "./support/served.ts";

const DEFAULTS: UnixSocketOptions = { socketMode: 0o660, socketGroup: undefined };

async function listen(spec: ListenSpec, options: Partial<UnixSocketOptions> = {}) {
  const server = createServer((socket) => socket.destroy());
  const bound = await listenOn(server, spec, { ...DEFAULTS, ...options });
  onTestFinished(() => void server.close());
  return { server, bound };
}

async function socketPath(): Promise<ListenSpec & { kind: "unix" }> {
  return { kind: "unix", path: join(await scratchFolder(), "x.sock") };
}

/** A socket file whose owner was killed. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require("net").createServer().listen(process.argv[1], () => console.log("up"))`;
  const child = spawn(process.execPath, ["-e", script, path]);
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("listenOn", () => {
  it("says which port the system chose", async () => {
    const { bound } = await listen({ kind: "tcp", host: "127.0.0.1", port: 0 });
    expect(bound.text).toMatch(/^inet:[1-9]\d*@127\.0\.0\.1$/);
    expect(bound.spec).toMatchObject({ kind: "tcp", host: "127.0.0.1" });
  });

  it("names the address that is in use", async () => {
    const { bound } = await listen({ kind: "tcp", host: "127.0.0.1", port: 0 });
    const again = listen(bound.spec);
    await expect(again).rejects.toThrow(MilterListenError);
    await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
    await expect(again).rejects.toThrow(`cannot listen on ${bound.text}: `);
  });

  it("gives a unix socket its mode, and takes it away at the end", async () => {
    const spec = await socketPath();
    const { server, bound } = await listen(spec, { socketMode: 0o600 });
    expect((await stat(spec.path)).mode & 0o777).toBe(0o600);
    expect(bound.text).toBe(`unix:${spec.path}`);
    await new Promise((resolve) => server.close(resolve));
    await expect(stat(spec.path)).rejects.toThrow("ENOENT");
  });

  it("gives a unix socket its group, by name or number", async () => {
    const gid = process.getgid?.() ?? 0;
    const numbered = await socketPath();
    await listen(numbered, { socketGroup: gid });
    expect((await stat(numbered.path)).gid).toBe(gid);
    if (gid !== 0) return;
    const named = await socketPath();
    await listen(named, { socketGroup: "root" });
    expect((await stat(named.path)).gid).toBe(0);
  });

  it("names a group that there is not, and leaves no socket behind", async () => {
    const spec = await socketPath();
    await expect(listen(spec, { socketGroup: "no-such-group" })).rejects.toThrow(
      "there is no group no-such-group in /etc/group",
    );
    await expect(stat(spec.path)).rejects.toThrow("ENOENT");
  });

  it("takes over a socket whose owner is gone", async () => {
    const spec = await socketPath();
    await leaveStaleSocket(spec.path);
    expect((await stat(spec.path)).isSocket()).toBe(true);
    await listen(spec);
  });

  it("leaves a socket alone that somebody listens on", async () => {
    const spec = await socketPath();
    await listen(spec);
    await expect(listen(spec)).rejects.toThrow("another process listens there");
    expect((await stat(spec.path)).isSocket()).toBe(true);
  });

  it("leaves alone what is no socket, a link to one included", async () => {
    const spec = await socketPath();
    await writeFile(spec.path, "precious");
    await expect(listen(spec)).rejects.toThrow("a file that is no socket is in the way");
    const link = { kind: "unix", path: `${spec.path}.link` } as const;
    await symlink(spec.path, link.path);
    await expect(listen(link)).rejects.toMatchObject({ code: "EEXIST" });
  });

  it("says why a socket cannot be made", async () => {
    const path = join(await scratchFolder(), "missing", "x.sock");
    await expect(listen({ kind: "unix", path })).rejects.toThrow(`cannot listen on unix:${path}`);
  });

  it("refuses a descriptor that is no socket", async () => {
    await expect(listen({ kind: "descriptor", descriptor: 60_000 })).rejects.toThrow(
      "cannot listen on fd:60000",
    );
  });
});
