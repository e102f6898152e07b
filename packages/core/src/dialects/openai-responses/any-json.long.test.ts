import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { openaiResponses as codec } from './codec.ts';

const context = { request: { model: 'm', stream: true, wantsUsage: true, messages: [] }, id: 'x', now: 7 };
const word = fc.string({ minLength: 1, maxLength: 6 });

const typed = fc.constantFrom(
  'response.created',
  'response.in_progress',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.output_item.added',
  'response.output_item.done',
  'response.content_part.added',
  'response.content_part.done',
  'response.output_text.delta',
  'response.output_text.done',
  'response.output_text.annotation.added',
  'response.refusal.delta',
  'response.refusal.done',
  'response.reasoning_summary_part.added',
  'response.reasoning_summary_text.delta',
  'response.reasoning_summary_text.done',
  'response.reasoning_text.delta',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'response.custom_tool_call_input.delta',
  'response.web_search_call.searching',
  'error',
  'new',
);
const itemType = fc.constantFrom(
  'message',
  'reasoning',
  'function_call',
  'custom_tool_call',
  'web_search_call',
  null,
);
const junk = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const item = fc.record(
  {
    type: itemType,
    id: fc.oneof(fc.constantFrom('a', 'b'), junk),
    role: fc.oneof(fc.constantFrom('user', 'assistant', 'system'), junk),
    content: fc.oneof(
      fc.array(
        fc.record(
          {
            type: fc.constantFrom('output_text', 'refusal', 'input_text', 'x'),
            text: junk,
            refusal: junk,
            annotations: junk,
            logprobs: junk,
          },
          { requiredKeys: [] },
        ),
      ),
      junk,
    ),
    summary: junk,
    call_id: junk,
    name: fc.oneof(word, junk),
    arguments: junk,
    input: junk,
    output: junk,
    status: junk,
  },
  { requiredKeys: [] },
);
const event = fc.record(
  {
    type: fc.oneof({ weight: 9, arbitrary: typed }, { weight: 1, arbitrary: junk }),
    output_index: fc.oneof(fc.nat(2), junk),
    content_index: fc.oneof(fc.nat(2), junk),
    summary_index: fc.oneof(fc.nat(2), junk),
    item_id: fc.oneof(fc.constantFrom('a', 'b'), junk),
    item: fc.oneof({ weight: 5, arbitrary: item }, { weight: 1, arbitrary: junk }),
    part: junk,
    delta: fc.oneof(word, junk),
    text: junk,
    annotation: junk,
    response: fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record(
          {
            id: fc.constantFrom('r', 's'),
            status: junk,
            output: fc.oneof(fc.array(item), junk),
            usage: junk,
            error: junk,
            incomplete_details: junk,
          },
          { requiredKeys: [] },
        ),
      },
      { weight: 1, arbitrary: junk },
    ),
  },
  { requiredKeys: [] },
);

const asBody = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

/** What is thrown by mistake; what is refused on purpose is none. */
const mistakeOf = (run: () => unknown): unknown => {
  try {
    run();
    return undefined;
  } catch (error) {
    return GatewayError.isInstance(error) ? undefined : error;
  }
};

describe('what is of no known shape', () => {
  it('whatever a caller or an upstream sends is understood or refused', () => {
    const body = fc.record(
      {
        model: fc.oneof(word, junk),
        input: fc.oneof(fc.array(item), junk),
        instructions: junk,
        tools: fc.oneof(
          fc.array(
            fc.record(
              {
                type: fc.oneof(fc.constantFrom('function', 'custom', 'x'), junk),
                name: junk,
                parameters: junk,
              },
              { requiredKeys: [] },
            ),
          ),
          junk,
        ),
        tool_choice: junk,
        text: junk,
        reasoning: junk,
        include: junk,
        metadata: junk,
        stream: junk,
        output: fc.oneof(fc.array(item), junk),
        usage: junk,
        status: junk,
        error: junk,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (made) => {
        const value = asBody(made);
        expect(mistakeOf(() => codec.renderRequest(codec.parseRequest(value, {})))).toBeUndefined();
        expect(mistakeOf(() => codec.renderAnswer(codec.parseAnswer(value), context))).toBeUndefined();
        expect(mistakeOf(() => codec.parseError(400, {}, value))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('whatever events come, a stream is read or refused', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (made) => {
        const mistake = mistakeOf(() => {
          const parser = codec.parseStream();
          const renderer = codec.renderStream(context);
          for (const data of made)
            for (const part of parser.push({ name: undefined, data: asBody(data) })) renderer.push(part);
          for (const part of parser.end()) renderer.push(part);
          renderer.end();
        });
        expect(mistake).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });
});
