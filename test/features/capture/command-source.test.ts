import { afterEach, describe, expect, it, vi } from "vitest";
import { CommandSource } from "../../../features/capture/command-source.ts";
import type { SourceEvent } from "../../../features/capture/packet-source.ts";
import { portFilter } from "../../../features/capture/port-filter.ts";
import { capturePath, framesOf } from "../../support/fixture-captures.ts";
import { isRunning } from "../../support/running-process.ts";
import { plain, type PlainFrame } from "../../support/plain-frame.ts";

const CAPTURE = capturePath("plain.pcap");
const OTHER_CAPTURE = capturePath("plain-ns.pcapng");
const STAY = "; exec sleep 1000";
const COPY = `cat ${CAPTURE}`;

const opened: CommandSource[] = [];

/** A source whose command is a script of the shell, with arguments. */
async function source(script: string, ...words: readonly string[]) {
  const command = ["sh", "-c", script, "script", ...words];
  const created = new CommandSource(undefined, { command, ports: new Set([25, 587]) });
  opened.push(created);
  const frames: PlainFrame[] = [];
  const events: SourceEvent[] = [];
  await created.open(
    (frame) => frames.push(plain(frame)),
    (event) => events.push(event),
  );
  return { source: created, frames, events };
}

function eventually(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: 10_000, interval: 10 });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

// Programs are started, which takes its time on a busy machine.
describe("CommandSource", { timeout: 20_000 }, () => {
  it("gives the frames of the capture that its program writes", async () => {
    const { source: reading, frames } = await source(COPY + STAY);
    const expected = (await framesOf(CAPTURE)).map(plain);
    await eventually(() => {
      expect(frames).toEqual(expected);
    });
    expect(reading.counters()).toEqual({ received: expected.length, dropped: "unknown" });
    expect(reading).toMatchObject({ kind: "command", name: "sh", timestamps: "kernel-us" });
  });

  it("reads pcapng too, however the pipe cuts it", async () => {
    const { frames } = await source(`dd if=${OTHER_CAPTURE} bs=1 2>/dev/null${STAY}`);
    const expected = (await framesOf(OTHER_CAPTURE)).map(plain);
    await eventually(() => {
      expect(frames).toEqual(expected);
    });
  });

  it("fills filter, snap length and ring into its words", async () => {
    const script = `${COPY}; echo "$1 | $2 | $3" >&2${STAY}`;
    const { events } = await source(script, "{snap}", "{ring}", "{filter}");
    const filter = portFilter(new Set([25, 587]), { vlanTags: true });
    await eventually(() => {
      expect(events).toEqual([{ kind: "said", text: `128 | 10240 | ${filter}` }]);
    });
  });

  it("asks for a plain filter where the link knows no VLAN tags", async () => {
    const refusal =
      'case "$1" in *vlan*) echo "no VLAN support for Linux cooked" >&2; exit 1;; esac';
    const { events } = await source(`${refusal}; ${COPY}; echo "$1" >&2${STAY}`, "{filter}");
    await eventually(() => {
      expect(events.at(-1)).toEqual({ kind: "said", text: "tcp port 25 or tcp port 587" });
    });
  });

  it("tells that its program ended and why, and starts it again", async () => {
    const { source: reading, events } = await source(`${COPY}; echo "about to go" >&2${STAY}`);
    const first = reading.processId ?? 0;
    await eventually(() => {
      expect(events).toHaveLength(1);
    });
    process.kill(first, "SIGKILL");
    await eventually(() => {
      expect(events.slice(1).filter(({ kind }) => kind !== "said")).toEqual([
        {
          kind: "interrupted",
          reason: "the capture command is gone: it ended with SIGKILL; about to go",
        },
        { kind: "resumed" },
      ]);
    });
    expect(reading.processId).not.toBe(first);
  });

  it("ends a program whose output is no capture any more, and says where", async () => {
    const damage = "head -c 64 /dev/zero | tr '\\0' '\\356'";
    const { events } = await source(`${COPY}; ${damage}${STAY}`);
    await eventually(() => {
      expect(events[0]).toEqual({
        kind: "interrupted",
        reason: expect.stringMatching(
          /SIGTERM; output of sh: byte \d+: .* captured bytes/,
        ) as string,
      });
    });
  });

  it("is settled a moment after it was asked", async () => {
    const { source: reading } = await source(COPY + STAY);
    const asked = performance.now();
    expect(await reading.barrier()).toBe("complete");
    expect(performance.now() - asked).toBeGreaterThan(15);
  });

  it.each([
    ["a program that is not there", ["/nonexistent/tcpdump"], "not-available", /tcpdump: .*ENOENT/],
    [
      "a program that fails",
      ["sh", "-c", "echo no luck >&2; exit 2"],
      "not-available",
      /sh: .*2; no luck/,
    ],
    [
      "a missing right",
      ["sh", "-c", "echo Operation not permitted >&2; exit 1"],
      "not-permitted",
      /permitted/,
    ],
    ["another output", ["echo", "a".repeat(64)], "not-available", /byte 0: not a capture/],
  ] as const)("refuses %s", async (_, command, fault, message) => {
    const created = new CommandSource(undefined, { command, ports: new Set([25]) });
    await expect(
      created.open(
        () => undefined,
        () => undefined,
      ),
    ).rejects.toMatchObject({
      fault,
      message: expect.stringMatching(message) as string,
    });
  });

  it("leaves no program behind when it is closed, nor what that has started", async () => {
    const command = ["sh", "-c", `cat ${CAPTURE}; sleep 1000 & echo $! >&2; wait`];
    const created = new CommandSource(undefined, { command, ports: new Set([25]) });
    const said: string[] = [];
    await created.open(
      () => undefined,
      (event) => {
        if (event.kind === "said") said.push(event.text);
      },
    );
    await eventually(() => {
      expect(said).toHaveLength(1);
    });
    await created.close();
    await eventually(() => {
      expect(isRunning(Number(said[0]))).toBe(false);
    });
  });
});
