import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Without these Chromium talks to the outside as soon as it starts; as root it needs the first. */
const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface BrowserMessage {
  readonly level: string;
  readonly message: string;
}

/** A real headless Chromium, driven over WebDriver (W3C) through chromedriver. */
export class Browser {
  readonly #driver: ChildProcess;
  readonly #session: string;

  private constructor(driver: ChildProcess, session: string) {
    this.#driver = driver;
    this.#session = session;
  }

  /** `folder` is where Chromium keeps its profile. */
  static async start(folder: string): Promise<Browser> {
    const driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
    const address = `http://127.0.0.1:${await portOf(driver)}`;
    const capabilities = {
      "goog:chromeOptions": { args: [...CHROMIUM_ARGUMENTS, `--user-data-dir=${folder}`] },
      "goog:loggingPrefs": { browser: "ALL" },
    };
    const created = await post(`${address}/session`, {
      capabilities: { alwaysMatch: capabilities },
    });
    const { sessionId } = created as { readonly sessionId: string };
    return new Browser(driver, `${address}/session/${sessionId}`);
  }

  async open(url: string): Promise<void> {
    await post(`${this.#session}/url`, { url });
  }

  /** A window of exactly this inner width, also one narrower than a desktop's windows can be. */
  async resize(width: number, height: number): Promise<void> {
    const params = { width, height, deviceScaleFactor: 1, mobile: false };
    await post(`${this.#session}/goog/cdp/execute`, {
      cmd: "Emulation.setDeviceMetricsOverride",
      params,
    });
  }

  /** What the body of a function returns in the page. */
  async evaluate(body: string): Promise<unknown> {
    return post(`${this.#session}/execute/sync`, { script: body, args: [] });
  }

  /** The page as PNG. */
  async screenshot(): Promise<Buffer> {
    const response = await fetch(`${this.#session}/screenshot`);
    const { value } = (await response.json()) as { readonly value: string };
    return Buffer.from(value, "base64");
  }

  /** What the page has complained of so far. */
  async messages(): Promise<readonly BrowserMessage[]> {
    return (await post(`${this.#session}/se/log`, {
      type: "browser",
    })) as readonly BrowserMessage[];
  }

  async close(): Promise<void> {
    await fetch(this.#session, { method: "DELETE" });
    const ended = once(this.#driver, "exit");
    this.#driver.kill();
    await ended;
  }
}

async function portOf(driver: ChildProcess): Promise<number> {
  if (driver.stdout === null) throw new Error("chromedriver has no output");
  for await (const line of createInterface({ input: driver.stdout })) {
    const [, port] = /started successfully on port (\d+)/.exec(line) ?? [];
    if (port !== undefined) return Number(port);
  }
  throw new Error("chromedriver has ended before it took a port");
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const { value } = (await response.json()) as { readonly value: unknown };
  if (!response.ok) throw new Error(`${url}: ${JSON.stringify(value)}`);
  return value;
}
