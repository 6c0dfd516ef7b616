/** Markup of a page; everything that came from outside has gone through `escapeText`. */
export type Markup = string;

export type Attributes = Readonly<Record<string, string | number>>;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names of features and teachers come from tables and files: none of their characters may become markup. */
export function escapeText(text: string): Markup {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** An element; numbers among its attributes are rounded to a hundredth of a pixel. */
export function element(
  name: string,
  attributes: Attributes,
  children: readonly Markup[] = [],
): Markup {
  const written = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === "number" ? String(Math.round(value * 100) / 100) : value;
    return ` ${key}="${escapeText(text)}"`;
  });
  return `<${name}${written.join("")}>${children.join("")}</${name}>`;
}

export function textAt(text: string, attributes: Attributes): Markup {
  return element("text", attributes, [escapeText(text)]);
}

/** A line through the points, in the order given. */
export function polyline(
  points: readonly (readonly [x: number, y: number])[],
  attributes: Attributes,
): Markup {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return element("polyline", { points: path, fill: "none", ...attributes });
}
