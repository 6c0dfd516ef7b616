/** The two configuration files of a throw-away Postfix, as text: see main.cf in postconf(5), master.cf in master(5). */

export interface PostfixLayout {
  /** Absolute folder of the instance. */
  readonly folder: string;
  /** Where smtpd(8) listens, as master.cf writes it: `127.0.0.1:2525`, `[::1]:2525`. */
  readonly listen: readonly string[];
  /** Value of `smtpd_milters`; empty for none. */
  readonly milters: string;
  /** Further rows of master.cf, such as an smtpd(8) with options of its own. */
  readonly services?: readonly string[] | undefined;
  /** User and group that own the delivered mail. */
  readonly mailOwner: { readonly uid: number; readonly gid: number };
  /** Further main.cf settings; they replace ours of the same name. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** The domain that the instance takes mail for, with any user name before it. */
export const MAIL_DOMAIN = "example.com";

/** Maildir that all mail is delivered to, below the instance's folder. */
export const MAILDIR = "mail/all";

/** Everything that is in the queue's top folder, with the owner and mode that Postfix demands (postfix-files). */
export const QUEUE_FOLDERS: readonly {
  name: string;
  owner: "root" | "postfix";
  group?: "postdrop";
  mode: number;
}[] = [
  { name: "pid", owner: "root", mode: 0o755 },
  ...[
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "private",
    "saved",
    "trace",
  ].map((name) => ({ name, owner: "postfix", mode: 0o700 }) as const),
  { name: "maildrop", owner: "postfix", group: "postdrop", mode: 0o730 },
  { name: "public", owner: "postfix", group: "postdrop", mode: 0o710 },
];

const NO_WAY_OUT = "error:5.1.2 this Postfix sends nothing";

/** main.cf: mail for MAIL_DOMAIN goes to one Maildir, and no other mail goes anywhere. */
export function mainCf(layout: PostfixLayout): string {
  const settings = {
    ...placesOf(layout.folder),
    ...identity,
    ...deliveryOf(layout),
    ...withoutLimits,
    smtpd_milters: layout.milters,
    milter_default_action: "accept",
    ...layout.settings,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

function placesOf(folder: string): Record<string, string> {
  return {
    compatibility_level: "3.6",
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    maillog_file: `${folder}/log/mail.log`,
    maillog_file_prefixes: folder,
    syslog_name: "postfix",
  };
}

const identity = {
  myhostname: `mx.${MAIL_DOMAIN}`,
  mydomain: MAIL_DOMAIN,
  myorigin: MAIL_DOMAIN,
  mydestination: "",
  mynetworks: "127.0.0.0/8 [::1]/128",
  inet_interfaces: "all",
  inet_protocols: "all",
  smtpd_peername_lookup: "no",
  disable_dns_lookups: "yes",
};

function deliveryOf({ folder, mailOwner }: PostfixLayout): Record<string, string> {
  return {
    smtpd_relay_restrictions: "reject_unauth_destination",
    local_recipient_maps: "",
    alias_maps: "",
    alias_database: "",
    virtual_mailbox_domains: MAIL_DOMAIN,
    virtual_mailbox_base: folder,
    virtual_mailbox_maps: `static:${MAILDIR}/`,
    virtual_uid_maps: `static:${mailOwner.uid}`,
    virtual_gid_maps: `static:${mailOwner.gid}`,
    virtual_transport: "virtual",
    default_transport: NO_WAY_OUT,
    relay_transport: NO_WAY_OUT,
    local_transport: NO_WAY_OUT,
    bounce_queue_lifetime: "0",
    notify_classes: "",
  };
}

/** A lab sends from few machines at high rates, and a pause of Postfix's own would show in the packets. */
const withoutLimits = {
  default_process_limit: "200",
  smtpd_client_connection_count_limit: "0",
  smtpd_client_connection_rate_limit: "0",
  smtpd_client_message_rate_limit: "0",
  in_flow_delay: "0",
};

/** Rows of master.cf behind the listeners: service, type, private, unprivileged, chroot, wakeup, maxproc, program. */
const SERVICES = [
  "postlog unix-dgram n - n - 1 postlogd",
  "pickup unix n - n 60 1 pickup",
  "cleanup unix n - n - 0 cleanup",
  "qmgr unix n - n 300 1 qmgr",
  "tlsmgr unix - - n 1000? 1 tlsmgr",
  "rewrite unix - - n - - trivial-rewrite",
  "bounce unix - - n - 0 bounce",
  "defer unix - - n - 0 bounce",
  "trace unix - - n - 0 bounce",
  "verify unix - - n - 1 verify",
  "flush unix n - n 1000? 0 flush",
  "proxymap unix - - n - - proxymap",
  "proxywrite unix - - n - 1 proxymap",
  "showq unix n - n - - showq",
  "error unix - - n - - error",
  "retry unix - - n - - error",
  "discard unix - - n - - discard",
  "virtual unix - n n - 20 virtual",
  "anvil unix - - n - 1 anvil",
];

/**
 * master.cf: an smtpd(8) per listener, what it needs, and further rows; no smtp(8), so nothing can leave the
 * machine.
 */
export function masterCf(listen: readonly string[], services: readonly string[] = []): string {
  const listeners = listen.map((endpoint) => `${endpoint} inet n - n - - smtpd`);
  return [...listeners, ...services, ...SERVICES].map((row) => `${row}\n`).join("");
}

/** Where the services of these rows listen that are reached by TCP. */
export function networkEndpoints(services: readonly string[]): string[] {
  const rows = services.map((row) => row.split(/\s+/));
  return rows.flatMap(([endpoint = "", type]) => (type === "inet" ? [endpoint] : []));
}
