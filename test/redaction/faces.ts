/** What a caller says, by where it stands; every text has an address of its own. */
export const addresses = {
  system: 'system@acme.example',
  user: 'user@acme.example',
  tool: 'tool@acme.example',
  arguments: 'arguments@acme.example',
  result: 'result@acme.example',
} as const;

export const everybody: readonly string[] = Object.values(addresses);

/** What came back: all that was said, and what a tool is to be called with. */
export interface Said {
  readonly text: string;
  readonly arguments: string;
}

/** One of the formats that callers speak: how all of `addresses` are said in it, and how its answers are read. */
export interface Face {
  readonly name: string;
  path(stream: boolean): string;
  body(stream: boolean): unknown;
  readWhole(answer: unknown): Said;
  readEvents(events: readonly unknown[]): Said;
}

const description = `Asks ${addresses.tool} for a note.`;
const schema = { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] };
const called = { to: addresses.arguments };
const result = JSON.stringify({ from: addresses.result });
const system = `Answer in the name of ${addresses.system}.`;
/** Gemini's word for that there is none. */
const signature = 'skip_thought_signature_validator';
const user = `I am ${addresses.user}.`;

const chat: Face = {
  name: 'openai-chat',
  path: () => '/v1/chat/completions',
  body: (stream) => ({
    model: 'made',
    stream,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: [{ type: 'text', text: user }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'note', arguments: JSON.stringify(called) } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: result },
    ],
    tools: [{ type: 'function', function: { name: 'note', description, parameters: schema } }],
  }),
  readWhole: (answer) => {
    const message = at(answer, 'choices', 0, 'message');
    return {
      text: textOf(at(message, 'content')),
      arguments: textOf(at(message, 'tool_calls', 0, 'function', 'arguments')),
    };
  },
  readEvents: (events) => ({
    text: join(events, (event) => at(event, 'choices', 0, 'delta', 'content')),
    arguments: join(events, (event) =>
      at(event, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments'),
    ),
  }),
};

const responses: Face = {
  name: 'openai-responses',
  path: () => '/v1/responses',
  body: (stream) => ({
    model: 'made',
    stream,
    store: false,
    instructions: system,
    input: [
      { role: 'user', content: [{ type: 'input_text', text: user }] },
      { type: 'function_call', call_id: 'call_1', name: 'note', arguments: JSON.stringify(called) },
      { type: 'function_call_output', call_id: 'call_1', output: result },
    ],
    tools: [{ type: 'function', name: 'note', description, parameters: schema, strict: false }],
  }),
  readWhole: (answer) => ({
    text: join(list(at(answer, 'output')), (item) => at(item, 'content', 0, 'text')),
    arguments: join(list(at(answer, 'output')), (item) => at(item, 'arguments')),
  }),
  readEvents: (events) => {
    const deltas = (type: string): string =>
      join(events, (event) => (at(event, 'type') === type ? at(event, 'delta') : ''));
    const said = {
      text: deltas('response.output_text.delta'),
      arguments: deltas('response.function_call_arguments.delta'),
    };
    const numbers = events.map((event) => at(event, 'sequence_number'));
    const whole = responses.readWhole(at(events.at(-1), 'response'));
    // The pieces and the whole say the same, and the events are counted.
    const isRight =
      JSON.stringify(whole) === JSON.stringify(said) && numbers.every((number, index) => number === index);
    return isRight ? said : { text: `${JSON.stringify(whole)} ${JSON.stringify(said)}`, arguments: '' };
  },
};

const anthropic: Face = {
  name: 'anthropic-messages',
  path: () => '/v1/messages',
  body: (stream) => ({
    model: 'made',
    stream,
    max_tokens: 500,
    system: [{ type: 'text', text: system }],
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'note', input: called }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: result }] }],
      },
    ],
    tools: [{ name: 'note', description, input_schema: schema }],
  }),
  readWhole: (answer) => ({
    text: join(list(at(answer, 'content')), (block) => at(block, 'text')),
    arguments: join(list(at(answer, 'content')), (block) =>
      at(block, 'type') === 'tool_use' ? JSON.stringify(at(block, 'input')) : '',
    ),
  }),
  readEvents: (events) => ({
    text: join(events, (event) => at(event, 'delta', 'text')),
    arguments: join(events, (event) => at(event, 'delta', 'partial_json')),
  }),
};

const gemini: Face = {
  name: 'gemini',
  path: (stream) => `/v1beta/models/made:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  body: () => ({
    systemInstruction: { parts: [{ text: system }] },
    contents: [
      { role: 'user', parts: [{ text: user }] },
      {
        role: 'model',
        parts: [{ functionCall: { name: 'note', args: called }, thoughtSignature: signature }],
      },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'note', response: { from: addresses.result } } }],
      },
    ],
    tools: [{ functionDeclarations: [{ name: 'note', description, parameters: schema }] }],
  }),
  readWhole: (answer) => gemini.readEvents([answer]),
  readEvents: (events) => {
    const parts = events.flatMap((event) => list(at(event, 'candidates', 0, 'content', 'parts')));
    return {
      text: join(parts, (part) => (at(part, 'thought') === true ? '' : at(part, 'text'))),
      arguments: join(parts, (part) => {
        const args = at(part, 'functionCall', 'args');
        return args === undefined ? '' : JSON.stringify(args);
      }),
    };
  },
};

export const faces: readonly Face[] = [chat, responses, anthropic, gemini];

/** The data of server-sent events. */
export function eventsOf(text: string): unknown[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trim())
    .filter((data) => data !== '[DONE]')
    .map((data): unknown => JSON.parse(data));
}

/** A value deep in another; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function join(values: readonly unknown[], read: (value: unknown) => unknown): string {
  return values.map((value) => textOf(read(value))).join('');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
