/**
 * node other-milter.mjs MILTER-LIBRARY LISTEN-SPEC: another filter beside ours, written with the same library. It tells
 * in `X-Other-Saw` the verdicts of the X-SpamFlow headers that it saw. By its Subject a mail can ask it to be `refused`,
 * or to get one more `forged` X-SpamFlow.
 */
import { stderr } from "node:process";

const [library, listen] = process.argv.slice(2);
const { MilterServer, messageFilter, parseListenSpec } = await import(library);

const REFUSAL = { kind: "reply", code: 550, enhanced: "5.7.1", text: "refused by another filter" };
const FORGERY = { kind: "add-header", name: "X-SpamFlow", value: "No, score=0.001" };

function valuesOf(headers, wanted) {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

function decide({ headers }) {
  const [subject = ""] = valuesOf(headers, "subject");
  if (subject.includes("refused")) return { decision: REFUSAL };
  const verdicts = valuesOf(headers, "x-spamflow").map((value) => value.split(",")[0]);
  const note = { kind: "add-header", name: "X-Other-Saw", value: verdicts.join(" ") || "none" };
  const edits = subject.includes("forged") ? [note, FORGERY] : [note];
  return { edits, decision: { kind: "continue" } };
}

const server = new MilterServer(messageFilter({ actions: ["add-headers"], decide }));
await server.listen(parseListenSpec(listen));
process.once("SIGTERM", () => void server.stop(0));
stderr.write("ready\n");
