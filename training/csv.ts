/**
 * The fields of one line of CSV (RFC 4180), or undefined where a quoted field does not end on the line or has
 * text behind its closing quote.
 */
export function splitRecord(line: string): readonly string[] | undefined {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  for (let at = 0; at <= line.length;) {
    const field = line[at] === '"' ? quotedField(line, at) : plainField(line, at);
    if (field === undefined) return undefined;
    fields.push(field.text);
    at = field.end + 1;
  }
  return fields;
}

/** A field and the place of the comma or the line's end behind it. */
interface Field {
  readonly text: string;
  readonly end: number;
}

function plainField(line: string, start: number): Field {
  const comma = line.indexOf(",", start);
  const end = comma < 0 ? line.length : comma;
  return { text: line.slice(start, end), end };
}

/** Two quotes inside the quotes stand for one. */
function quotedField(line: string, start: number): Field | undefined {
  let close = line.indexOf('"', start + 1);
  while (close >= 0 && line[close + 1] === '"') close = line.indexOf('"', close + 2);
  const end = close + 1;
  if (close < 0 || (end < line.length && line[end] !== ",")) return undefined;
  return { text: line.slice(start + 1, close).replaceAll('""', '"'), end };
}
