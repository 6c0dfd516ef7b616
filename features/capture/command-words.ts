/** What a capture command says of itself in braces, and what we put there. */
export interface CommandPlaces {
  readonly interface: string;
  /** The filter expression (pcap-filter(7)) of the ports. */
  readonly filter: string;
  /** Bytes to keep of each frame. */
  readonly snap: string;
  /** Size of the kernel's ring in KiB, as tcpdump's -B takes it. */
  readonly ring: string;
}

/**
 * tcpdump as a source needs it: not promiscuous (-p), no names looked up (-n), each frame written at once (-U), and read
 * from the kernel at once (--immediate-mode, without which frames come half a second late).
 */
export const TCPDUMP_WORDS: readonly string[] = [
  ...["tcpdump", "-i", "{interface}", "-p", "-n", "-s", "{snap}", "-B", "{ring}"],
  ...["-U", "--immediate-mode", "--time-stamp-precision=nano", "-w", "-", "{filter}"],
];

/** Longest list of words that is taken for a command. */
const MAX_WORDS = 200;

/** One word, or the blanks between two; a quote that is not closed is left over. */
const PIECE = /\s+|(?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+/y;
/** What stands in a word: each alternative of PIECE by itself. */
const PART = /\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/g;

/**
 * The words of a command line, cut at blanks as a shell cuts them: what stands in single quotes is taken as it is, in
 * double quotes a backslash takes the meaning from `"` and `\`, elsewhere from whatever follows. There is no shell:
 * `$`, `*`, `|`, `;` mean themselves. Throws SyntaxError for a quote that is not closed and for a line without a word.
 */
export function commandWords(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    PIECE.lastIndex = at;
    const [piece] = PIECE.exec(line) ?? [];
    if (piece === undefined) {
      throw new SyntaxError(`character ${at + 1}: a quote or backslash without its other half`);
    }
    if (piece.trim() !== "") words.push(unquoted(piece));
    at += piece.length;
  }
  if (words.length === 0) throw new SyntaxError("no word in it");
  if (words.length > MAX_WORDS) throw new SyntaxError(`more than ${MAX_WORDS} words`);
  return words;
}

function unquoted(word: string): string {
  return word.replaceAll(
    PART,
    (
      _,
      escaped: string | undefined,
      single: string | undefined,
      double: string | undefined,
    ): string => escaped ?? single ?? (double ?? "").replaceAll(/\\(["\\])/g, "$1"),
  );
}

/** The words with what belongs into their places; braces with another word in them are left as they are. */
export function filledWords(words: readonly string[], places: CommandPlaces): string[] {
  const value = new Map<string, string>(Object.entries(places));
  return words.map((word) =>
    word.replaceAll(/\{(\w+)\}/g, (whole, name: string) => value.get(name) ?? whole),
  );
}

/** Whether the command captures on an interface that we name, so that it is to be run once for each. */
export function namesInterface(words: readonly string[]): boolean {
  return words.some((word) => word.includes("{interface}"));
}
