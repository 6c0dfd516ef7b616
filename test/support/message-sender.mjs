/**
 * Sends messages over TCP and waits for one byte behind each, as an SMTP client waits for the reply to its dot.
 * Arguments: host, port, sessions side by side, messages in each, bytes of the longest message.
 */
import { Buffer } from "node:buffer";
import { connect } from "node:net";

const [host, port, sessions, messages, bytes] = process.argv.slice(2);

for (let session = 0; session < Number(sessions); session++) {
  const socket = connect(Number(port), host);
  let sent = 0;
  const next = () => {
    if (sent === Number(messages)) {
      socket.end();
      return;
    }
    sent += 1;
    socket.write(Buffer.alloc(1 + ((sent * 7919) % Number(bytes)), sent));
  };
  socket.setNoDelay(true);
  socket.on("connect", next);
  socket.on("data", next);
  socket.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
