import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { element, escapeText, polyline, textAt } from "../../../training/report/svg.ts";

describe("escapeText", () => {
  it("leaves no character that could become markup", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("&", "<", ">", '"', "'", "a", " ") }),
        (text) => {
          expect(escapeText(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        },
      ),
    );
  });
});

describe("element", () => {
  it("writes attributes, numbers to a hundredth, and children", () => {
    expect(element("g", { x: 1.23456, class: 'a"b' }, ["<b></b>"])).toBe(
      '<g x="1.23" class="a&quot;b"><b></b></g>',
    );
  });
});

describe("textAt and polyline", () => {
  it("escape and place", () => {
    expect(textAt("<x>", { x: 1 })).toBe('<text x="1">&lt;x&gt;</text>');
    expect(
      polyline(
        [
          [1, 2],
          [3.04, 4],
        ],
        { class: "m" },
      ),
    ).toBe('<polyline points="1.0,2.0 3.0,4.0" fill="none" class="m"></polyline>');
  });
});
