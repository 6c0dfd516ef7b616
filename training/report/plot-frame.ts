import { type Attributes, element, escapeText, type Markup, textAt } from "./svg.ts";

/** Size of every plot in its own units; the page scales it to the room there is. */
export const PLOT_WIDTH = 360;
export const PLOT_HEIGHT = 250;
const MARGINS = { left: 46, right: 12, top: 12, bottom: 40 } as const;

const TICK_LENGTH = 4;

/** An axis: what it measures, from where to where, and the values that are written beside it. */
export interface Axis {
  readonly label: string;
  readonly range: readonly [low: number, high: number];
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** A plot in the making: its axes, and where a value lies in it. */
export interface PlotFrame {
  readonly axes: Markup;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export function plotFrame(horizontal: Axis, vertical: Axis): PlotFrame {
  const x = scale(horizontal.range, [MARGINS.left, PLOT_WIDTH - MARGINS.right]);
  const y = scale(vertical.range, [PLOT_HEIGHT - MARGINS.bottom, MARGINS.top]);
  const axes = [
    ...horizontal.ticks.map(({ at, text }) => horizontalTick(x(at), text)),
    ...vertical.ticks.map(({ at, text }) => verticalTick(y(at), text)),
    element("path", { d: outline(), class: "axis" }),
    textAt(horizontal.label, {
      x: (MARGINS.left + PLOT_WIDTH - MARGINS.right) / 2,
      y: PLOT_HEIGHT - 6,
      "text-anchor": "middle",
    }),
    textAt(vertical.label, {
      x: 0,
      y: 0,
      "text-anchor": "middle",
      transform: `translate(11 ${(MARGINS.top + PLOT_HEIGHT - MARGINS.bottom) / 2}) rotate(-90)`,
    }),
  ];
  return { axes: axes.join(""), x, y };
}

/** A plot with its title and one sentence on how to read it, which is also what a screen reader says. */
export function plot(title: string, note: string, content: readonly Markup[]): Markup {
  const svg: Attributes = {
    viewBox: `0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}`,
    role: "img",
    "aria-label": `${title}. ${note}`,
  };
  return element("figure", {}, [
    element("figcaption", {}, [escapeText(title)]),
    element("svg", svg, content),
    element("p", {}, [escapeText(note)]),
  ]);
}

/** Ticks at 0, a quarter … 1, as shares. */
export const SHARE_TICKS: readonly Tick[] = [0, 0.25, 0.5, 0.75, 1].map((at) => ({
  at,
  text: String(at),
}));

export function shareAxis(label: string): Axis {
  return { label, range: [0, 1], ticks: SHARE_TICKS };
}

/** From zero to a round number at or above `high`, with about four ticks. */
export function amountAxis(label: string, amount: number): Axis {
  const high = amount > 0 ? amount : 1;
  const step = roundStep(high / 4);
  const count = Math.max(Math.ceil(high / step), 1);
  const ticks = Array.from({ length: count + 1 }, (_, i) => ({
    at: i * step,
    text: shortNumber(i * step),
  }));
  return { label, range: [0, count * step], ticks };
}

/** 1, 2 or 5 times a power of ten, at or above the value. */
function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value) ?? 10) * power;
}

/** At most three digits that count: `0.0123`, `1.5k`, `36k`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e3) return `${Number((value / 1e3).toPrecision(3))}k`;
  if (size > 0 && size < 1e-3) return value.toExponential(0);
  return String(Number(value.toPrecision(3)));
}

function scale(
  [low, high]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const width = high - low || 1;
  return (value) => start + ((value - low) / width) * (end - start);
}

function horizontalTick(x: number, text: string): Markup {
  const y = PLOT_HEIGHT - MARGINS.bottom;
  const line = element("path", { d: `M${x.toFixed(1)} ${y}v${TICK_LENGTH}`, class: "axis" });
  return line + textAt(text, { x, y: y + 15, "text-anchor": "middle" });
}

function verticalTick(y: number, text: string): Markup {
  const { left } = MARGINS;
  const line = element("path", { d: `M${left} ${y.toFixed(1)}h-${TICK_LENGTH}`, class: "axis" });
  return line + textAt(text, { x: left - 7, y: y + 4, "text-anchor": "end" });
}

function outline(): string {
  return `M${MARGINS.left} ${MARGINS.top}V${PLOT_HEIGHT - MARGINS.bottom}H${PLOT_WIDTH - MARGINS.right}`;
}
