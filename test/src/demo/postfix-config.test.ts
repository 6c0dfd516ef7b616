import { describe, expect, it } from "vitest";
import {
  QUEUE_FOLDERS,
  mainCf,
  masterCf,
  networkEndpoints,
} from "../../../src/demo/postfix-config.ts";

const LAYOUT = {
  folder: "/srv/pf",
  listen: ["127.0.0.1:2525"],
  milters: "unix:/srv/milter.sock",
  mailOwner: { uid: 65_534, gid: 65_533 },
};

/** main.cf as a map; a name that is set twice is an error. */
function settingsOf(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.trimEnd().split("\n")) {
    const [, name = "", value = ""] = /^(\w+) = (.*)$/.exec(line) ?? [];
    expect(settings.has(name), name).toBe(false);
    settings.set(name, value);
  }
  return settings;
}

describe("mainCf", () => {
  it("keeps all that Postfix writes inside the folder", () => {
    const settings = settingsOf(mainCf(LAYOUT));
    for (const name of ["queue_directory", "data_directory", "maillog_file"]) {
      expect(settings.get(name)).toMatch(/^\/srv\/pf\//);
    }
    expect(settings.get("virtual_mailbox_base")).toBe("/srv/pf");
  });

  it("delivers as the given user, to a Maildir", () => {
    const settings = settingsOf(mainCf(LAYOUT));
    expect(settings.get("virtual_uid_maps")).toBe("static:65534");
    expect(settings.get("virtual_gid_maps")).toBe("static:65533");
    expect(settings.get("virtual_mailbox_maps")).toBe("static:mail/all/");
  });

  it("has no way to send mail away", () => {
    const settings = settingsOf(mainCf(LAYOUT));
    for (const name of ["default_transport", "relay_transport", "local_transport"]) {
      expect(settings.get(name)).toMatch(/^error:/);
    }
  });

  it("lets mail pass when the milter fails, unless told otherwise", () => {
    expect(settingsOf(mainCf(LAYOUT)).get("milter_default_action")).toBe("accept");
    const settings = { milter_default_action: "tempfail", smtpd_helo_required: "yes" };
    const changed = settingsOf(mainCf({ ...LAYOUT, settings }));
    expect(changed.get("milter_default_action")).toBe("tempfail");
    expect(changed.get("smtpd_helo_required")).toBe("yes");
    expect(changed.get("smtpd_milters")).toBe("unix:/srv/milter.sock");
  });
});

describe("masterCf", () => {
  const rows = masterCf(["10.99.0.1:25", "[fd00:99::1]:25"]).trimEnd().split("\n");

  it("has one smtpd for each listener, and a program in every row", () => {
    expect(rows[0]).toBe("10.99.0.1:25 inet n - n - - smtpd");
    expect(rows[1]).toBe("[fd00:99::1]:25 inet n - n - - smtpd");
    for (const row of rows) expect(row.split(" ").length).toBe(8);
  });

  it("has neither a client nor a chroot", () => {
    for (const row of rows) {
      const [, , , , chroot, , , program] = row.split(" ");
      expect(chroot).toBe("n");
      expect(["smtp", "lmtp", "pipe", "local"]).not.toContain(program);
    }
  });
});

describe("further services", () => {
  const services = [
    "[::1]:2526 inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy",
    "smtpd pass - - n - - smtpd",
  ];

  it("get rows of their own behind the listeners", () => {
    const rows = masterCf(["127.0.0.1:2525"], services).split("\n");
    expect(rows.slice(0, 3)).toEqual(["127.0.0.1:2525 inet n - n - - smtpd", ...services]);
  });

  it("listen where they are of type inet", () => {
    expect(networkEndpoints(services)).toEqual(["[::1]:2526"]);
  });
});

describe("QUEUE_FOLDERS", () => {
  it("lets nobody else into the queue itself", () => {
    const closed = QUEUE_FOLDERS.filter(({ mode }) => (mode & 0o007) === 0);
    expect(closed.map(({ name }) => name)).toContain("incoming");
    expect(QUEUE_FOLDERS.filter(({ mode }) => (mode & 0o007) !== 0)).toEqual([
      { name: "pid", owner: "root", mode: 0o755 },
    ]);
  });
});
