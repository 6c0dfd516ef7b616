/** node socket-pipe.mjs HOST PORT LOCAL-ADDRESS: a TCP connection between standard input and output. */
import { connect } from "node:net";

const [host, port, localAddress] = process.argv.slice(2);
const socket = connect({ host, port: Number(port), localAddress, noDelay: true });
socket.on("error", () => process.exit(1));
process.stdout.on("error", () => process.exit(1));
process.stdin.pipe(socket);
socket.pipe(process.stdout);
