import { describe, expect, it } from "vitest";
import {
  amountAxis,
  PLOT_HEIGHT,
  PLOT_WIDTH,
  plot,
  plotFrame,
  shareAxis,
  shortNumber,
} from "../../../training/report/plot-frame.ts";

describe("plotFrame", () => {
  const { x, y, axes } = plotFrame(shareAxis("score <1>"), amountAxis("mails", 42));

  it("lays the values out inside the plot, upwards and to the right", () => {
    for (const at of [x(0), x(1)]) expect(at).toSatisfy((v: number) => v > 0 && v < PLOT_WIDTH);
    for (const at of [y(0), y(60)]) expect(at).toSatisfy((v: number) => v > 0 && v < PLOT_HEIGHT);
    expect(x(1)).toBeGreaterThan(x(0));
    expect(y(60)).toBeLessThan(y(0));
  });

  it("writes the names of its axes, whatever is in them", () => {
    expect(axes).toContain(">score &lt;1&gt;</text>");
  });
});

describe("amountAxis", () => {
  it.each([
    [42, [0, 20, 40, 60]],
    [1, [0, 0.5, 1]],
    [0.31, [0, 0.1, 0.2, 0.3, 0.4]],
    [0, [0, 0.5, 1]],
  ])("has round ticks up to %f and beyond", (high, expected) => {
    const { ticks, range } = amountAxis("mails", high);
    ticks.forEach(({ at }, i) => {
      expect(at).toBeCloseTo(expected[i] ?? NaN, 9);
    });
    expect(range[1]).toBeGreaterThanOrEqual(high);
    expect(ticks.length).toBeLessThanOrEqual(6);
  });
});

describe("shortNumber", () => {
  it.each([
    [0, "0"],
    [0.0123456, "0.0123"],
    [0.000012, "1e-5"],
    [1500, "1.5k"],
    [65_535, "65.5k"],
    [2_500_000, "2.5M"],
    [-3, "-3"],
  ])("writes %f as %s", (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
});

describe("plot", () => {
  it("says what it shows to whoever cannot see it", () => {
    const markup = plot('Scores "x"', "Read so.", []);
    expect(markup).toContain('role="img" aria-label="Scores &quot;x&quot;. Read so."');
    expect(markup).toContain("<figcaption>Scores &quot;x&quot;</figcaption>");
  });
});
