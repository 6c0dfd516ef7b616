import { createServer } from "node:net";

/** A TCP port of `host` that nothing listens on at the moment: the kernel chose it, and it is free again. */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error(`no port on ${host}`);
  return address.port;
}
