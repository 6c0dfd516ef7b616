/** Two classes and two kinds of lines are told apart by hatching and dashes, so that the page can be printed in grey. */
export const PAGE_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 78rem; color: #111; background: #fff;
  font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: .2rem 0 .6rem; }
h2 { font-size: 1.15rem; margin: 1.4rem 0 .4rem; }
p { margin: .2rem 0; max-width: 62rem; }
pre { white-space: pre-wrap; margin: 0; font: 13px/1.5 ui-monospace, monospace; }
section { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; margin: 1rem 0; }
figure { margin: 0; border: 1px solid #ccc; padding: .6rem; min-width: 0; }
figcaption { font-weight: 600; }
figure p { font-size: 13px; color: #333; }
figure svg { display: block; width: 100%; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: #111; }
table { border-collapse: collapse; margin: .6rem 0; max-width: 100%; font-size: 13px; }
th, td { border-bottom: 1px solid #ccc; padding: .2rem .6rem .2rem 0; text-align: left; vertical-align: top;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.figures td { white-space: nowrap; }
.axis { stroke: #555; fill: none; }
.model { stroke: #0b3d91; stroke-width: 2; }
.other { stroke: #555; stroke-width: 1.3; stroke-dasharray: 6 4; }
.dotted { stroke: #8a3b00; stroke-width: 2; stroke-dasharray: 1.5 3.5; stroke-linecap: round; }
.point { fill: #fff; stroke: #0b3d91; stroke-width: 2; }
.spam { fill: url(#hatched); stroke: #0b3d91; }
.ham { fill: #fff; stroke: #555; }
`;

/** The hatching, once for all plots of the page. */
export const PATTERNS =
  '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>' +
  '<pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="5" height="5" fill="#dbe5f7"/><path d="M0 0V5" stroke="#0b3d91" stroke-width="3"/>' +
  "</pattern></defs></svg>";
