import { createFormat } from '../format.ts';
import type { Locale } from '../locale.ts';
import type { OverviewAnswer } from '../shapes.ts';

export interface TimeLabels {
  readonly full: (time: number) => string;
  readonly axis: (time: number) => string;
}

/** What stands at a bucket's time. Days are days of UTC, so that they are the same for everybody; the rest is local time. */
export function timeLabels(bucket: OverviewAnswer['bucket'], { format, language }: Locale): TimeLabels {
  if (bucket === 'day') {
    const utc = createFormat(language, 'UTC');
    return { full: utc.day, axis: utc.shortDay };
  }
  const axis = (time: number): string => {
    const moment = new Date(time);
    const isMidnight = moment.getHours() === 0 && moment.getMinutes() === 0;
    return isMidnight ? format.shortDay(time) : format.clock(time);
  };
  return { full: (time) => format.moment(time), axis };
}
