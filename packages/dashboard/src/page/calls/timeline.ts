import type { CallEntry, CallStep } from '../shapes.ts';

/** What a stretch of time was: waiting for a place, waiting for the upstream's first byte, or being answered. */
export type StretchKind = 'queue' | 'wait' | 'answer';

/** In milliseconds from the start of the request. */
export interface Stretch {
  readonly kind: StretchKind;
  readonly from: number;
  readonly to: number;
}

export interface TimelineRow {
  /** Undefined for a call as a whole, of which no attempts were kept. */
  readonly step: CallStep | undefined;
  readonly stretches: readonly Stretch[];
}

export interface Timeline {
  /** Milliseconds that it shows. */
  readonly length: number;
  /** When the caller was given the head of the answer. */
  readonly firstByte: number | undefined;
  readonly rows: readonly TimelineRow[];
}

/** The story of a call in time: its attempts, or, where there was one that went well, the call itself. */
export function timelineOf(entry: CallEntry): Timeline {
  const { milliseconds, firstByteMilliseconds: firstByte, steps } = entry;
  if (steps === undefined || steps.length === 0) {
    const stretches = stretchesOf({ from: 0, queueEnd: 0, firstByte, to: milliseconds });
    return { length: Math.max(1, milliseconds), firstByte, rows: [{ step: undefined, stretches }] };
  }
  const length = Math.max(1, milliseconds, ...steps.map(({ end }) => end));
  const rows = steps.map((step): TimelineRow => {
    const { start, waited, end } = step;
    const queueEnd = Math.min(start + waited, end);
    return { step, stretches: stretchesOf({ from: start, queueEnd, firstByte: step.firstByte, to: end }) };
  });
  return { length, firstByte, rows };
}

interface Moments {
  readonly from: number;
  readonly queueEnd: number;
  readonly firstByte: number | undefined;
  readonly to: number;
}

function stretchesOf({ from, queueEnd, firstByte, to }: Moments): Stretch[] {
  // Clocks are read at different moments: nothing is shown to end before it began.
  const answered = firstByte === undefined ? to : Math.min(Math.max(firstByte, queueEnd), to);
  const all: Stretch[] = [
    { kind: 'queue', from, to: queueEnd },
    { kind: 'wait', from: queueEnd, to: answered },
    { kind: 'answer', from: answered, to },
  ];
  return all.filter((stretch) => stretch.to > stretch.from);
}

/** Marks for the axis: some four round numbers of milliseconds, from 0 on. */
export function marksOf(length: number): number[] {
  const rough = length / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(
    1,
    [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 10 * power,
  );
  const marks: number[] = [];
  for (let mark = 0; mark <= length; mark += step) marks.push(mark);
  return marks;
}
