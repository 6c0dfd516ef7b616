import { describe, expect, it } from "vitest";
import { openSources, type SourceKeeper } from "../../../features/capture/open-sources.ts";
import { CaptureError, type PacketSource } from "../../../features/capture/packet-source.ts";

/** Opens nothing: a source is watched unless `refuse` has an error for it. */
function keeper(refuse: (source: PacketSource) => CaptureError | undefined) {
  const watched: string[] = [];
  const forgotten: string[] = [];
  const text = ({ kind, name }: PacketSource): string => `${kind} ${name}`;
  const kept: SourceKeeper = {
    watch(source) {
      const error = refuse(source);
      if (error !== undefined) return Promise.reject(error);
      watched.push(text(source));
      return Promise.resolve();
    },
    forget(source) {
      forgotten.push(text(source));
      return Promise.resolve();
    },
  };
  return { ...kept, watched, forgotten };
}

const options = { source: "auto", interfaces: "any", ports: new Set([25]) } as const;
const missing = new CaptureError("not-available", "it is missing");
const refused = new CaptureError("not-permitted", "no right");

describe("openSources with auto", () => {
  it("takes the first that works, and tells what the others said", async () => {
    const some = keeper(({ kind }) => (kind === "libpcap" ? missing : undefined));
    expect(await openSources(options, some)).toEqual({
      kind: "cap",
      interfaces: ["any"],
      reason: "configured",
      failures: ["libpcap: it is missing"],
    });
    expect(some.watched).toEqual(["cap any"]);
  });

  it("lets a command try for which this process has not the right", async () => {
    const some = keeper(({ kind }) => (kind === "command" ? undefined : refused));
    const opened = await openSources({ ...options, command: ["sudo", "tcpdump"] }, some);
    expect(opened).toMatchObject({
      kind: "command",
      interfaces: ["sudo"],
      reason: "left to the command",
      failures: ["libpcap: no right", "cap: no right"],
    });
  });

  it("asks for the right where that is all that was missing, else tells everything", async () => {
    const right = keeper(({ kind }) => (kind === "cap" ? refused : missing));
    await expect(openSources(options, right)).rejects.toBe(refused);
    const nothing = keeper(() => missing);
    await expect(openSources(options, nothing)).rejects.toMatchObject({
      fault: "not-available",
      message: expect.stringMatching(/libpcap: it.*; cap: it.*; command: it/) as string,
    });
  });

  it("does not try others for a fault that they share", async () => {
    const strange = new CaptureError("unknown-link-type", "link type 147");
    await expect(
      openSources(
        options,
        keeper(() => strange),
      ),
    ).rejects.toBe(strange);
  });
});

describe("openSources with command", () => {
  it("starts one for each interface that the words have a place for", async () => {
    const one = keeper(() => undefined);
    await openSources({ ...options, source: "command", interfaces: "lo" }, one);
    expect(one.watched).toEqual(["command lo"]);
  });
});
