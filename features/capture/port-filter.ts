/** Most ports that one filter names; a mail host has a handful, and the filter's program grows with each. */
export const MAX_FILTER_PORTS = 64;

/**
 * The filter expression (pcap-filter(7)) for TCP segments from or to one of `ports`; throws RangeError for none or too
 * many.
 *
 * `vlanTags` adds branches for frames with one tag or two (802.1Q, 802.1ad), as Ethernet may have them; on the cooked
 * and raw link types the word does not compile. `vlan` moves all offsets to its right by a tag, so it comes last.
 */
export function portFilter(
  ports: ReadonlySet<number>,
  { vlanTags }: { readonly vlanTags: boolean },
): string {
  if (ports.size === 0 || ports.size > MAX_FILTER_PORTS) {
    throw new RangeError(
      `a capture filter takes 1 to ${MAX_FILTER_PORTS} ports, not ${ports.size}`,
    );
  }
  const plain = [...ports].map((port) => `tcp port ${port}`).join(" or ");
  return vlanTags ? `(${plain}) or (vlan and ((${plain}) or (vlan and (${plain}))))` : plain;
}
