import { describe, expect, it } from "vitest";

import { formatListenSpec, type ListenSpec, parseListenSpec } from "../../milter/listen-spec.ts";

const tcp = (host: string, port: number): ListenSpec => ({ kind: "tcp", host, port });

describe("parseListenSpec", () => {
  it.each<[string, ListenSpec]>([
    ["inet:6785@127.0.0.1", tcp("127.0.0.1", 6785)],
    ["inet:127.0.0.1:6785", tcp("127.0.0.1", 6785)],
    ["inet:0@localhost", tcp("localhost", 0)],
    ["inet:mx-1.example.com:65535", tcp("mx-1.example.com", 65_535)],
    ["inet6:6785@[::1]", tcp("::1", 6785)],
    ["inet6:6785@::1", tcp("::1", 6785)],
    ["inet6:[::1]:6785", tcp("::1", 6785)],
    ["inet:[fe80::1%eth0]:6785", tcp("fe80::1%eth0", 6785)],
    ["unix:/run/x.sock", { kind: "unix", path: "/run/x.sock" }],
    ["local:/run/x.sock", { kind: "unix", path: "/run/x.sock" }],
    ["/run/x.sock", { kind: "unix", path: "/run/x.sock" }],
    ["fd:3", { kind: "descriptor", descriptor: 3 }],
  ])("reads %s", (text, spec) => {
    expect(parseListenSpec(text)).toEqual(spec);
    expect(parseListenSpec(formatListenSpec(spec))).toEqual(spec);
  });

  it.each([
    ["", "begins with none of"],
    ["6785", "begins with none of"],
    ["tcp:127.0.0.1:6785", "begins with none of"],
    ["inet:6785", "no host; for this host alone write inet:6785@127.0.0.1"],
    ["inet:", "neither PORT@HOST nor HOST:PORT"],
    ["inet:localhost", "neither PORT@HOST nor HOST:PORT"],
    ["inet:::1:6785", "neither PORT@HOST nor HOST:PORT"],
    ["inet:65536@localhost", '"65536" is no port'],
    ["inet:-1@localhost", '"-1" is no port'],
    ["inet:localhost:", '"" is no port'],
    ["inet:localhost:smtp", '"smtp" is no port'],
    ["inet::6785", '"" is no host'],
    ["inet:6785@a b", '"a b" is no host'],
    ["unix:x.sock", "the path must begin with /"],
    ["unix:", "the path must begin with /"],
    ["unix:/a\0b", "the path has a NUL"],
    [`unix:/${"x".repeat(107)}`, "the path has 108 bytes, a socket's may have 107"],
    ["fd:", '"" is no file descriptor'],
    ["fd:-1", '"-1" is no file descriptor'],
    ["fd:x", '"x" is no file descriptor'],
  ])("refuses %j and says why", (text, reason) => {
    expect(() => parseListenSpec(text)).toThrow(`cannot listen on "${text}"`);
    expect(() => parseListenSpec(text)).toThrow(reason);
  });

  it("takes the longest path that a socket may have", () => {
    expect(parseListenSpec(`unix:/${"x".repeat(106)}`).kind).toBe("unix");
  });
});
