/** A milter of the library that takes whole bodies: counts their bytes and inserts a header. `node body-taker.mjs SPEC` */
import { MilterServer, parseListenSpec } from "../../dist/milter/index.js";

const server = new MilterServer({
  open: () => ({ bytes: 0 }),
  actions: ["add-headers"],
  observe: {
    mail: (state) => {
      state.bytes = 0;
    },
    body: (state, { chunk }) => {
      state.bytes += chunk.length;
    },
  },
  endOfMessage: ({ bytes }) => ({
    decision: { kind: "accept" },
    edits: [{ kind: "insert-header", index: 0, name: "X-Bench", value: `bytes=${bytes}` }],
  }),
});
await server.listen(parseListenSpec(process.argv[2]));
process.once("SIGTERM", () => server.stop(0));
