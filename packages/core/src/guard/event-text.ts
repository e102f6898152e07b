/** A server-sent event that has data. */
export interface EventText {
  readonly name: string | undefined;
  /** Its lines of data, joined. */
  readonly data: string;
  /** Its other lines. */
  readonly others: readonly string[];
}

/** Whole events, each with the empty line behind it. */
export function splitEvents(text: string): readonly string[] {
  const events: string[] = [];
  let from = 0;
  for (const { 0: gap, index } of text.matchAll(/\r\n\r\n|\n\n|\r\r|\n\r\n|\r\n\n/g)) {
    const end = index + gap.length;
    events.push(text.slice(from, end));
    from = end;
  }
  return from === text.length ? events : [...events, text.slice(from)];
}

/** Undefined for a comment. */
export function readEvent(event: string): EventText | undefined {
  const lines = event.split(/\r\n|\n|\r/);
  const data = lines.filter((line) => line.startsWith('data:'));
  if (data.length === 0) return undefined;
  return {
    name: lines.find((line) => line.startsWith('event:'))?.replace(/^event: ?/, ''),
    data: data.map((line) => line.replace(/^data: ?/, '')).join('\n'),
    others: lines.filter((line) => line !== '' && !line.startsWith('data:')),
  };
}

export function writeEvent(others: readonly string[], data: string): string {
  return [...others, `data: ${data}`, '', ''].join('\n');
}

/** One that was made here. */
export function makeEvent(name: string | undefined, data: string): string {
  return writeEvent(name === undefined ? [] : [`event: ${name}`], data);
}
