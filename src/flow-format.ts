import { FEATURE_NAMES, type ExtractedFlow } from "../features/index.ts";

export const FLOW_FORMATS = ["jsonl", "csv", "table"] as const;
export type FlowFormat = (typeof FLOW_FORMATS)[number];

/** A flow with what `score` adds to it. */
export type PrintedFlow = ExtractedFlow & {
  readonly score?: number | null;
  readonly verdict?: string;
};

export interface FlowFormatter {
  /** The first line, where the format has one. */
  readonly heading: string | undefined;
  line(flow: PrintedFlow): string;
}

export interface FlowColumns {
  readonly cut: "connection" | "message";
  /** Whether there are scores to show. */
  readonly scored: boolean;
}

type Cell = string | number | boolean | null | undefined;

interface Column {
  readonly name: string;
  readonly of: (flow: PrintedFlow) => Cell;
}

const IDENTITY: readonly Column[] = [
  { name: "client_address", of: (flow) => flow.client.address },
  { name: "client_port", of: (flow) => flow.client.port },
  { name: "server_address", of: (flow) => flow.server.address },
  { name: "server_port", of: (flow) => flow.server.port },
  { name: "started", of: (flow) => flow.started },
  { name: "ended", of: (flow) => flow.ended },
  { name: "complete", of: (flow) => flow.complete },
];
const MESSAGE: readonly Column[] = [
  { name: "message", of: (flow) => flow.message },
  { name: "cut", of: (flow) => flow.cut },
];
const SCORE: readonly Column[] = [
  { name: "score", of: (flow) => flow.score },
  { name: "verdict", of: (flow) => flow.verdict },
];
const FEATURES: readonly Column[] = FEATURE_NAMES.map((name) => ({
  name,
  of: (flow) => flow.features[name],
}));

function optional({ cut, scored }: FlowColumns): readonly Column[] {
  return [...(cut === "message" ? MESSAGE : []), ...(scored ? SCORE : [])];
}

function csvCell(value: Cell): string {
  return value === null || value === undefined ? "" : String(value);
}

function csv(shown: FlowColumns): FlowFormatter {
  const columns = [...IDENTITY, ...optional(shown), ...FEATURES];
  return {
    heading: columns.map(({ name }) => name).join(","),
    line: (flow) => columns.map(({ of }) => csvCell(of(flow))).join(","),
  };
}

/** `[address]:port` for IPv6, `address:port` for IPv4. */
function endpointText({ address, port }: ExtractedFlow["client"]): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function milliseconds(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? "-" : (seconds * 1000).toFixed(1);
}

/** Both sides of a count, client first. */
function sides(flow: PrintedFlow, name: string): string {
  return `${String(flow.features[`client_${name}`])}/${String(flow.features[`server_${name}`])}`;
}

interface TableColumn extends Column {
  readonly width: number;
}

/** What a person looks at first; everything is in the other formats. */
const TABLE: readonly TableColumn[] = [
  { name: "client", width: 24, of: (flow) => endpointText(flow.client) },
  { name: "server", width: 24, of: (flow) => endpointText(flow.server) },
  { name: "seconds", width: 9, of: (flow) => (flow.ended - flow.started).toFixed(3) },
  { name: "packets", width: 9, of: (flow) => sides(flow, "packets") },
  { name: "retrans", width: 8, of: (flow) => sides(flow, "retransmissions") },
  { name: "ooo", width: 6, of: (flow) => sides(flow, "out_of_order") },
  { name: "rst", width: 5, of: (flow) => sides(flow, "resets") },
  { name: "handshake ms", width: 13, of: (flow) => milliseconds(flow.features["handshake_rtt"]) },
  { name: "idle ms", width: 10, of: (flow) => milliseconds(flow.features["client_max_idle"]) },
  { name: "complete", width: 8, of: (flow) => (flow.complete ? "yes" : "no") },
];
const TABLE_MESSAGE: readonly TableColumn[] = [
  { name: "msg", width: 4, of: (flow) => flow.message },
  { name: "cut", width: 12, of: (flow) => flow.cut },
];
const TABLE_SCORE: readonly TableColumn[] = [
  { name: "score", width: 6, of: (flow) => flow.score?.toFixed(3) ?? "-" },
  { name: "verdict", width: 8, of: (flow) => flow.verdict },
];

function table({ cut, scored }: FlowColumns): FlowFormatter {
  const columns = [
    ...TABLE,
    ...(cut === "message" ? TABLE_MESSAGE : []),
    ...(scored ? TABLE_SCORE : []),
  ];
  const row = (cells: readonly string[]) => cells.join(" ").trimEnd();
  return {
    heading: row(columns.map(({ name, width }) => name.padEnd(width))),
    line: (flow) => row(columns.map(({ of, width }) => String(of(flow) ?? "-").padEnd(width))),
  };
}

const FORMATTERS: Readonly<Record<FlowFormat, (shown: FlowColumns) => FlowFormatter>> = {
  jsonl: () => ({ heading: undefined, line: (flow) => JSON.stringify(flow) }),
  csv,
  table,
};

/** How flows are printed. CSV has a column for everything, empty where it is absent. */
export function flowFormatter(format: FlowFormat, shown: FlowColumns): FlowFormatter {
  return FORMATTERS[format](shown);
}
