import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";

/** A TCP proxy that tells the server behind it the client's address, by version 1 of HAProxy's protocol. */
export class SmtpProxy {
  readonly #server: Server;

  static async listen(host: string, toPort: number, port: number): Promise<SmtpProxy> {
    const server = createServer((client) => {
      const { remoteAddress = "", remotePort = 0 } = client;
      const behind = connect({ host, port: toPort, noDelay: true });
      behind.write(`PROXY TCP4 ${remoteAddress} ${host} ${remotePort} ${port}\r\n`);
      client.setNoDelay(true).pipe(behind).pipe(client);
      for (const socket of [client, behind]) {
        socket.on("error", () => {
          client.destroy();
          behind.destroy();
        });
      }
    });
    server.listen(port, host);
    await once(server, "listening");
    return new SmtpProxy(server);
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }
}
