import type { Dialect } from '../protocol/call.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { Writing } from './restorer.ts';

/** A piece of a text that comes in pieces. */
export interface Delta {
  /** Where it stands in its event: names and places, with dots between them. */
  readonly path: string;
  readonly text: string;
  /** Which text it goes on with. */
  readonly channel: string;
  /** What comes one after the other: a choice, a block, an item. */
  readonly group: string;
  /** Undefined: as the text itself begins. */
  readonly writing: Writing | undefined;
  /** Nothing more of this text comes. */
  readonly isLast?: boolean;
  /** An event that says nothing but this text, at the same place. */
  readonly wrap: (text: string) => JsonObject;
}

/** What an event brings. */
export interface EventFacts {
  readonly deltas: readonly Delta[];
  /** The groups that are over with it. */
  readonly closes: ReadonlySet<string> | 'all';
}

const nothing: EventFacts = { deltas: [], closes: new Set() };

/** The pieces in one event of a stream, in the words of the caller's dialect. */
export function readDeltas(dialect: Dialect, event: JsonObject): EventFacts {
  if (dialect === 'anthropic-messages') return readAnthropic(event);
  if (dialect === 'gemini') return readGemini(event);
  // Transcripts, too, come in events that have a type.
  if (typeof event['type'] === 'string') return readTyped(event, event['type']);
  return Array.isArray(event['choices']) ? readChat(event, event['choices']) : { deltas: [], closes: 'all' };
}

/** Words of the format, not of the answer. */
const words = new Set(['role', 'id', 'type', 'name', 'data', 'format', 'signature']);

function readChat(event: JsonObject, choices: readonly Json[]): EventFacts {
  const deltas: Delta[] = [];
  const closes = new Set<string>();
  const { choices: _, usage: __, ...head } = event;
  for (const [place, choice] of choices.entries()) {
    if (!isObject(choice)) continue;
    const index = choice['index'] ?? place;
    const group = nameOf(index);
    const isOver = choice['finish_reason'] !== null && choice['finish_reason'] !== undefined;
    if (isOver) closes.add(group);
    const add = (steps: readonly string[], text: Json | undefined, wrapIn: Wrap, named = steps): void => {
      if (typeof text !== 'string') return;
      deltas.push({
        path: ['choices', place, ...steps].join('.'),
        text,
        group,
        channel: [group, ...named].join('.'),
        writing: steps.at(-1) === 'arguments' ? 'json' : undefined,
        wrap: (said) => ({ ...head, choices: [{ index, ...wrapIn(said), finish_reason: null }] }),
      });
    };
    add(['text'], choice['text'], (text) => ({ text }));
    const delta = choice['delta'];
    if (!isObject(delta)) continue;
    for (const [name, text] of Object.entries(delta))
      if (!words.has(name)) add(['delta', name], text, (said) => ({ delta: { [name]: said } }));
    for (const [at, call] of listOf(delta['tool_calls']).entries()) {
      if (!isObject(call)) continue;
      const number = call['index'] ?? at;
      for (const [form, name] of callTexts) {
        const inner = call[form];
        const wrapIn: Wrap = (said) => ({
          delta: { tool_calls: [{ index: number, [form]: { [name]: said } }] },
        });
        if (isObject(inner))
          add(['delta', 'tool_calls', String(at), form, name], inner[name], wrapIn, [
            'tool_calls',
            nameOf(number),
            form,
            name,
          ]);
      }
    }
    const called = delta['function_call'];
    if (isObject(called))
      add(['delta', 'function_call', 'arguments'], called['arguments'], (said) => ({
        delta: { function_call: { arguments: said } },
      }));
    for (const [at, detail] of listOf(delta['reasoning_details']).entries()) {
      if (!isObject(detail)) continue;
      for (const name of ['text', 'summary'])
        add(
          ['delta', 'reasoning_details', String(at), name],
          detail[name],
          (said) => ({ delta: { reasoning_details: [{ ...detail, [name]: said }] } }),
          ['reasoning_details', nameOf(detail['index'] ?? at), name],
        );
    }
  }
  return { deltas, closes };
}

type Wrap = (text: string) => JsonObject;

const callTexts = [
  ['function', 'arguments'],
  ['custom', 'input'],
] as const;

function readAnthropic(event: JsonObject): EventFacts {
  const { type, index, delta } = event;
  const group = nameOf(index);
  if (type === 'content_block_stop') return { deltas: [], closes: new Set([group]) };
  if (type !== 'content_block_delta' || !isObject(delta))
    return type === 'ping' ? nothing : { deltas: [], closes: 'all' };
  const deltas = ['text', 'partial_json', 'thinking'].flatMap((name): Delta[] => {
    const text = delta[name];
    if (typeof text !== 'string') return [];
    return [
      {
        path: `delta.${name}`,
        text,
        group,
        channel: `${group}.${name}`,
        writing: name === 'partial_json' ? 'json' : undefined,
        wrap: (said) => ({ type, index: index ?? 0, delta: { ...delta, [name]: said } }),
      },
    ];
  });
  return { deltas, closes: new Set() };
}

const endings = /^(?:error|response\.(?:completed|failed|incomplete|cancelled))$|\.done$/;

function readTyped(event: JsonObject, type: string): EventFacts {
  const { delta } = event;
  const named = ['item_id', 'output_index', 'content_index', 'summary_index'].map((name) =>
    nameOf(event[name]),
  );
  const group = nameOf(event['output_index']);
  if (type.endsWith('.delta') && typeof delta === 'string') {
    const writing = type.includes('arguments') ? 'json' : undefined;
    const { logprobs, ...rest } = event;
    const wrap = (said: string): JsonObject => ({
      ...rest,
      delta: said,
      ...(logprobs === undefined ? {} : { logprobs: [] }),
    });
    const one: Delta = {
      path: 'delta',
      text: delta,
      group,
      channel: [type, ...named].join(' '),
      writing,
      wrap,
    };
    return { deltas: [one], closes: new Set() };
  }
  if (!endings.test(type)) return nothing;
  return { deltas: [], closes: type.endsWith('.done') && group !== '' ? new Set([group]) : 'all' };
}

function readGemini(event: JsonObject): EventFacts {
  const deltas: Delta[] = [];
  const closes = new Set<string>();
  const { candidates, usageMetadata: _, ...head } = event;
  if (event['error'] !== undefined) return { deltas, closes: 'all' };
  for (const [place, candidate] of listOf(candidates).entries()) {
    if (!isObject(candidate)) continue;
    const index = candidate['index'] ?? place;
    const group = nameOf(index);
    const content = candidate['content'];
    const parts = isObject(content) ? listOf(content['parts']) : [];
    const calls = parts.map((part) => (isObject(part) ? part['functionCall'] : undefined)).filter(isObject);
    // A call whose arguments come in pieces is over with the last of them.
    const isOver =
      candidate['finishReason'] !== undefined || calls.some((call) => call['willContinue'] !== true);
    if (isOver) closes.add(group);
    const wrapIn = (part: JsonObject): JsonObject => ({
      ...head,
      candidates: [{ index, content: { role: 'model', parts: [part] } }],
    });
    const steps = ['candidates', place, 'content', 'parts'];
    for (const [at, part] of parts.entries()) {
      if (!isObject(part)) continue;
      const { text, thought, functionCall } = part;
      const kind = thought === true ? { thought: true } : {};
      if (typeof text === 'string')
        deltas.push({
          path: [...steps, at, 'text'].join('.'),
          text,
          group,
          channel: `${group}.${thought === true ? 'thought' : 'text'}`,
          writing: undefined,
          wrap: (said) => wrapIn({ ...kind, text: said }),
        });
      for (const [number, piece] of listOf(
        isObject(functionCall) ? functionCall['partialArgs'] : [],
      ).entries()) {
        const said = isObject(piece) ? piece['stringValue'] : undefined;
        if (!isObject(piece) || typeof said !== 'string') continue;
        const { jsonPath } = piece;
        deltas.push({
          path: [...steps, at, 'functionCall', 'partialArgs', number, 'stringValue'].join('.'),
          text: said,
          group,
          channel: `${group}.${nameOf(jsonPath)}`,
          writing: 'plain',
          isLast: piece['willContinue'] !== true,
          wrap: (rest) =>
            wrapIn({
              functionCall: {
                partialArgs: [{ ...piece, stringValue: rest, willContinue: true }],
                willContinue: true,
              },
            }),
        });
      }
    }
  }
  return { deltas, closes };
}

/** Of a number, or of a word; anything else has none. */
function nameOf(value: Json | undefined): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
