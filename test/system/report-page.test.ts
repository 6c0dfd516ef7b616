import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser } from "../support/browser.ts";
import { labelledExamples } from "../support/labelled-examples.ts";
import { spamflow } from "../support/spamflow-process.ts";
import { canBrowse } from "../support/system.ts";

/** Names of elements that reach beyond the window, and texts of plots that run into each other. */
const MISFITS = `
  const width = document.documentElement.clientWidth;
  const outside = [...document.querySelectorAll("body *")].filter((one) => {
    const { left, right, width: own } = one.getBoundingClientRect();
    return own > 0 && (left < -0.5 || right > width + 0.5);
  });
  const touching = [...document.querySelectorAll("figure > svg")].flatMap((svg) => {
    const boxes = [...svg.querySelectorAll("text")].filter((one) => one.textContent !== "")
      .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
    return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
      a.box.left < b.box.right && b.box.left < a.box.right &&
      a.box.top + 1 < b.box.bottom - 1 && b.box.top + 1 < a.box.bottom - 1)
      .map((b) => a.text + " | " + b.text));
  });
  return {
    width: innerWidth,
    scroll: document.documentElement.scrollWidth,
    outside: outside.map((one) => one.tagName + " " + one.textContent.slice(0, 40)),
    touching,
    plots: document.querySelectorAll("figure > svg").length,
  };`;

interface Misfits {
  readonly width: number;
  readonly scroll: number;
  readonly outside: readonly string[];
  readonly touching: readonly string[];
  readonly plots: number;
}

/** What tells spam from ham, and the model from what it is compared with, where no colour does. */
const MARKS = `
  const style = (name) => getComputedStyle(document.querySelector("figure ." + name));
  return {
    spam: style("spam").fill,
    ham: style("ham").fill,
    model: style("model").strokeDasharray,
    other: style("other").strokeDasharray,
    dotted: style("dotted").strokeDasharray,
  };`;

describe.runIf(canBrowse())("the page of a training, in a real browser", () => {
  let folder = "";
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "spamflow-page-"));
    const examples = join(folder, "examples.jsonl");
    await writeFile(examples, labelledExamples(400));
    const page = join(folder, "report.html");
    const out = ["--out", join(folder, "model.json"), "--report", page];
    const trained = await spamflow(["train", examples, "--learner", "logistic", ...out]);
    expect(trained.stderr).toBe("");
    browser = await Browser.start(join(folder, "profile"));
    await browser.open(pathToFileURL(page).href);
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  it.each([1280, 400])("fits a window %i pixels wide", async (width) => {
    await browser.resize(width, 900);
    const misfits = (await browser.evaluate(MISFITS)) as Misfits;
    expect(misfits).toMatchObject({ width, outside: [], touching: [] });
    expect(misfits.scroll).toBeLessThanOrEqual(width);
    expect(misfits.plots).toBeGreaterThanOrEqual(8);
    const picture = await browser.screenshot();
    expect(picture.length).toBeGreaterThan(10_000);
    const kept = process.env["SPAMFLOW_SCREENSHOTS"];
    if (kept !== undefined) await writeFile(join(kept, `report-${width}.png`), picture);
  });

  it("complains of nothing", async () => {
    expect(await browser.messages()).toEqual([]);
  });

  it("can be read without colour", async () => {
    const marks = (await browser.evaluate(MARKS)) as Record<string, string>;
    expect(marks["spam"]).toContain("#hatched");
    expect(marks["ham"]).not.toContain("#hatched");
    const dashes = [marks["model"], marks["other"], marks["dotted"]];
    expect(new Set(dashes).size).toBe(3);
  });
});
