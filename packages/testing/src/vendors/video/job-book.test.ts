import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../clock/manual-clock.ts';
import { jsonAnswer } from '../../server/plan-answer.ts';
import { openRecord } from '../../server/record-request.ts';
import { createJobBook, type JobBook } from './job-book.ts';

const head = { method: 'POST', url: '/', httpVersion: '1.1', headers: {}, rawHeaders: [] };
const request = openRecord(head, { origin: '', receivedAt: 0, closed: Promise.resolve() });

function create(book: JobBook<null>, id: string): void {
  const order = { id, model: 'm', prompt: 'p', width: 2, height: 2, seconds: 1, details: null };
  book.create(request, order, () => jsonAnswer(200, {}));
}

function bookOf(clock: ManualClock, jobTime: number): JobBook<null> {
  return createJobBook<null>({ clock, jobTime });
}

const order = ['queued', 'running', 'succeeded'];

describe('time', () => {
  test('never takes a job backwards, and its end comes when it must', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 5000 }),
        fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 10 }),
        async (jobTime, steps) => {
          const clock = manualClock(0);
          const book = bookOf(clock, jobTime);
          create(book, 'a');
          let [state, progress, age] = [0, 0, 0];
          for (const step of steps) {
            age += step;
            book.view.advance(step);
            const [job] = book.view.list();
            const now = order.indexOf(job?.state ?? '');
            expect(now).toBeGreaterThanOrEqual(state);
            expect(job?.progress).toBeGreaterThanOrEqual(progress);
            expect(job?.state === 'succeeded').toBe(age >= jobTime);
            expect(job?.progress === 100).toBe(age >= jobTime);
            [state, progress] = [now, job?.progress ?? 0];
          }
        },
      ),
    );
  });

  test('of a job that never ends, passes', async () => {
    const clock = manualClock(0);
    const book = bookOf(clock, 1000);
    book.view.plan({ takes: Number.POSITIVE_INFINITY });
    create(book, 'a');
    await clock.advance(1e9);
    expect(book.view.list()).toMatchObject([{ state: 'running', progress: 0 }]);
  });

  test('sets no timer unless somebody wants to be told', () => {
    const clock = manualClock(0);
    const book = bookOf(clock, 1000);
    create(book, 'a');
    expect(clock.pending).toBe(0);
    book.watch(() => undefined);
    expect(clock.pending).toBe(1);
  });
});

describe('who watches', () => {
  test('is told once of the beginning and once of the end, however time passes', async () => {
    const clock = manualClock(0);
    const book = bookOf(clock, 1000);
    const told: string[] = [];
    create(book, 'old');
    book.view.finish();
    create(book, 'a');
    book.watch(({ id, state }) => told.push(`${id} ${state}`));
    create(book, 'b');
    book.watchOne('b', ({ id, state }) => told.push(`own ${id} ${state}`));
    await clock.advance(100);
    book.view.advance(500);
    book.view.finish({ type: 'failure' }, 'a');
    await clock.advance(400);
    await clock.advance(10_000);
    expect(told).toEqual([
      'a running',
      'b running',
      'own b running',
      'a failed',
      'b succeeded',
      'own b succeeded',
    ]);
    expect(clock.pending).toBe(0);
  });
});

test('what is counted: creations, and for each job its polls and downloads', () => {
  const book = bookOf(manualClock(0), 1000);
  book.view.plan([{ creation: { type: 'status', status: 429 } }]);
  create(book, 'refused');
  create(book, 'a');
  create(book, 'b');
  for (const id of ['a', 'a', 'unknown']) book.poll(id);
  book.download('b');
  expect(book.view).toMatchObject({ creations: 3, polls: 3, downloads: 1 });
  expect(book.view.list()).toMatchObject([
    { id: 'a', polls: 2, downloads: 0 },
    { id: 'b', polls: 0, downloads: 1 },
  ]);
});
