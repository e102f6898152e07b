import { describe, expect, test } from 'vitest';
import { faces } from './faces/faces.ts';
import { contentOf } from './judge.ts';
import { openGateway } from './open-gateway.ts';
import { playBytes, script, write } from './play-bytes.ts';
import { passesBytes } from './play-stream.ts';
import type { Script } from './script.ts';
import type { Vendor, WireEvent } from './vendors/vendor.ts';
import { vendors } from './vendors/vendors.ts';

const other: Script = { ...script, name: 'b' };

type Events = readonly WireEvent[];
type Outcome = 'same' | 'error';

interface Case {
  readonly what: string;
  readonly change: (events: Events, vendor: Vendor) => Events;
  /** Of those that are not named, the one under `else`; undefined: the dialect has no such thing. */
  readonly outcome: Readonly<Partial<Record<Vendor['dialect'] | 'else', Outcome>>>;
}

const middle = ({ length }: Events): number => Math.floor(length / 2);
const toEnd = (events: Events, vendor: Vendor): Events =>
  events.slice(0, events.findIndex((event) => vendor.isEnd(event)) + 1);
const isSaid = ({ data }: WireEvent): boolean => JSON.stringify(data).includes('日本');

/** The data of the event that says a certain word, with something else in its place. */
function resay(events: Events, value: unknown): Events {
  const place = events.findIndex(isSaid);
  const text = JSON.stringify(events[place]?.data).replace('"日本"', JSON.stringify(value));
  return events.map((event, index) => (index === place ? { ...event, data: text } : event));
}

const cases: readonly Case[] = [
  {
    what: 'the start told twice',
    change: ([first, ...rest]) => (first === undefined ? [] : [first, first, ...rest]),
    outcome: {
      'openai-chat': 'same',
      'openai-responses': 'same',
      'anthropic-messages': 'same',
      bedrock: 'same',
    },
  },
  {
    what: 'the start of another answer in its midst',
    change: (events, vendor) => events.toSpliced(middle(events), 0, ...vendor.stream(other).slice(0, 1)),
    outcome: { 'openai-responses': 'error', 'anthropic-messages': 'error', bedrock: 'error' },
  },
  {
    what: 'another answer in its midst',
    change: (events, vendor) => events.toSpliced(middle(events), 0, ...toEnd(vendor.stream(other), vendor)),
    outcome: {
      'openai-chat': 'error',
      'openai-responses': 'error',
      'anthropic-messages': 'error',
      bedrock: 'error',
    },
  },
  {
    what: 'text after the end',
    change: (events, vendor) => [...events, ...vendor.stream(other).filter(isSaid).slice(0, 1)],
    outcome: { else: 'same' },
  },
  {
    what: 'events of kinds that are not known',
    change: (events, { news }) => [...news, ...events.flatMap((event) => [event, ...news])],
    outcome: { else: 'same' },
  },
  {
    what: 'nothing after the event that ends it',
    change: toEnd,
    outcome: { else: 'same' },
  },
  {
    what: 'nothing from the event that ends it on',
    change: (events, vendor) =>
      events.slice(
        0,
        events.findIndex((event) => vendor.isEnd(event)),
      ),
    outcome: { else: 'error' },
  },
  {
    what: 'half a JSON in its midst',
    change: (events) => {
      const half = JSON.stringify(events[middle(events)]?.data).slice(0, -3);
      return events.toSpliced(middle(events), 1, { ...events[middle(events)], data: half });
    },
    outcome: { else: 'error' },
  },
  {
    what: 'an error in its midst',
    change: (events, { errors }) => events.toSpliced(middle(events), 0, ...errors.slice(0, 1)),
    outcome: { else: 'error' },
  },
  { what: 'an error only', change: (_, { errors }) => errors.slice(0, 1), outcome: { else: 'error' } },
  { what: 'no event at all', change: () => [], outcome: { else: 'error' } },
  { what: 'a number for a text', change: (events) => resay(events, 5), outcome: { else: 'error' } },
  { what: 'a list for a text', change: (events) => resay(events, [5]), outcome: { else: 'error' } },
];

/** The callers that an upstream's answers are translated for. */
function facesFor(vendor: Vendor): typeof faces {
  return faces.filter((face) => !passesBytes({ vendor, face }));
}

describe.each(vendors)('a stream of $dialect', (vendor) => {
  const events = vendor.stream(script);

  for (const { what, change, outcome } of cases) {
    const expected = outcome[vendor.dialect] ?? outcome.else;
    if (expected === undefined) continue;
    test(`with ${what} ends ${expected === 'same' ? 'as if there were nothing' : 'in an error'}`, async () => {
      await using opened = await openGateway();
      for (const face of facesFor(vendor)) {
        const stage = { opened, vendor, face };
        const plain = await playBytes(stage, write(events, vendor));
        const { heard } = await playBytes(stage, write(change(events, vendor), vendor));
        expect([...plain.heard.flaws, ...heard.flaws]).toEqual([]);
        const wanted = expected === 'same' ? contentOf(plain.heard) : { end: 'error' };
        expect({ face: face.name, ...contentOf(heard) }).toMatchObject({ face: face.name, ...wanted });
      }
    });
  }

  test('with a reason for the end that is not known ends cleanly, with all that was said', async () => {
    await using opened = await openGateway();
    const word = /"(?:tool_calls|tool_use|STOP)"/;
    const odd = events.map((event): WireEvent => {
      if (!vendor.isEnd(event) || typeof event.data === 'string') return event;
      return { ...event, data: JSON.stringify(event.data).replace(word, '"future_word"') };
    });
    for (const face of facesFor(vendor)) {
      const { heard } = await playBytes({ opened, vendor, face }, write(odd, vendor));
      const said = { text: 'Größe: 日本 😀', calls: [{ name: 'look' }] };
      expect(heard).toMatchObject({ end: 'clean', ...said, flaws: [] });
    }
  });
});

const passing = vendors.flatMap((vendor) =>
  faces.filter((face) => passesBytes({ vendor, face })).map((face) => ({ vendor, face })),
);

describe.each(passing)('a stream of $vendor.dialect that passes as it is', ({ vendor, face }) => {
  const events = vendor.stream(script);
  const whole = write(events, vendor).toString();

  test.each(cases.filter(({ outcome }) => outcome.else === 'same'))(
    'passes byte for byte with $what',
    async ({ change }) => {
      await using opened = await openGateway();
      const sent = write(change(events, vendor), vendor);
      const { told } = await playBytes({ opened, vendor, face }, sent);
      expect(told.body).toBe(sent.toString());
    },
  );

  test('ends in an error of the caller’s dialect where the upstream stops short', async () => {
    await using opened = await openGateway();
    const begun = write(toEnd(events, vendor).slice(0, -1), vendor).toString();
    // Also in the midst of an event, of which nothing is shown.
    for (const more of ['', whole.slice(begun.length, begun.length + 20)]) {
      const { told } = await playBytes({ opened, vendor, face }, Buffer.from(begun + more));
      expect(told.body.startsWith(begun)).toBe(true);
      expect(face.hear(told.body.slice(begun.length))).toMatchObject({ end: 'error', flaws: [] });
    }
  });
});

// Gemini has objects only.
const writers = vendors.filter(({ dialect }) => dialect !== 'gemini');

test.each(writers)(
  'arguments of $dialect that are no JSON are shown as they are, or marked',
  async (vendor) => {
    await using opened = await openGateway();
    for (const text of ['{"at":', '{"at":"ü"}}', 'at: ü']) {
      const broken: Script = { ...script, sayings: [{ kind: 'call', name: 'look', pieces: [text] }] };
      for (const face of facesFor(vendor)) {
        const stage = { opened, vendor, face };
        const { heard } = await playBytes(stage, write(vendor.stream(broken), vendor));
        const [{ name, input } = { name: '', input: '' }] = heard.calls;
        const isMarked = /INVALID_JSON|unreadable_arguments/.test(input);
        expect([face.name, name, isMarked ? text : input]).toEqual([face.name, 'look', text]);
      }
    }
  },
);
