import { type Drift, FEWEST_DRIFT_MAILS, MUCH_DRIFT } from "../training/index.ts";

const MOST_LINES = 10;

/** How far the mails have moved from those that the model was made of, the most moved first. */
export function driftText(drifts: readonly Drift[], mails: number): string {
  if (mails < FEWEST_DRIFT_MAILS)
    return `${mails} mails are too few to tell drift from chance: ${FEWEST_DRIFT_MAILS} are needed\n`;
  const moved = drifts.filter(({ stability }) => stability > MUCH_DRIFT).map(({ name }) => name);
  const verdict =
    moved.length === 0
      ? `the last ${mails} mails are like those of the training`
      : `warning: the last ${mails} mails differ from those of the training in ${moved.join(", ")}`;
  const shown = drifts.slice(0, MOST_LINES);
  const width = Math.max(...shown.map(({ name }) => name.length));
  const lines = shown.map(
    ({ name, stability }) =>
      `  ${name.padEnd(width)}  ${stability.toFixed(3)}${stability > MUCH_DRIFT ? "  moved" : ""}`,
  );
  return `${[verdict, "population stability index (from 0.25 on much has changed)", ...lines].join("\n")}\n`;
}
