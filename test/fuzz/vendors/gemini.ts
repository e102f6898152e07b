import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { objectOf, objectsIn, parseJson, wordOf } from '../read.ts';
import type { Saying, Script } from '../script.ts';
import { joined, usage, type Vendor, type WireEvent } from './vendor.ts';

const reasons = { stop: 'STOP', length: 'MAX_TOKENS', calls: 'STOP' } as const;

/** https://ai.google.dev/api/generate-content */
export const gemini: Vendor = {
  dialect: 'gemini',
  streamType: 'text/event-stream',
  stream(script) {
    const parts = script.sayings.flatMap((saying) => partsOf(saying));
    return [
      ...parts.map((part, index) => chunk(script, { content: { role: 'model', parts: [part] } }, index)),
      chunk(
        script,
        { content: { role: 'model', parts: [{ text: '' }] }, finishReason: reasons[script.end] },
        usage.output,
      ),
    ];
  },
  whole(script) {
    const parts = script.sayings.flatMap((saying) =>
      saying.kind === 'call' ? partsOf(saying) : partsOf({ ...saying, pieces: [joined(saying.pieces)] }),
    );
    const candidate = { content: { role: 'model', parts }, finishReason: reasons[script.end] };
    return chunk(script, candidate, usage.output).data;
  },
  news: [{ data: { futureField: { a: 1 } } }, { data: { usageMetadata: { futureTokenCount: 3 } } }],
  errors: [
    { data: { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } } },
    { data: { error: { code: 500, message: 'no', status: 'FUTURE' } } },
  ],
  isEnd({ data }) {
    if (typeof data === 'string') return false;
    const isBlocked = wordOf(objectOf(data['promptFeedback'])?.['blockReason']) !== undefined;
    return (
      isBlocked || objectsIn(data['candidates']).some((one) => wordOf(one['finishReason']) !== undefined)
    );
  },
  repeats: () => false,
};

/** A call comes in one piece. */
function partsOf(saying: Saying): JsonObject[] {
  if (saying.kind === 'call')
    return [{ functionCall: { name: saying.name, args: parseJson(joined(saying.pieces)) ?? {} } }];
  return saying.pieces.map((text) => (saying.kind === 'text' ? { text } : { text, thought: true }));
}

function chunk({ name }: Script, candidate: JsonObject, tokens: number): WireEvent & { data: JsonObject } {
  return {
    data: {
      candidates: [{ ...candidate, index: 0 }],
      usageMetadata: {
        promptTokenCount: usage.input,
        candidatesTokenCount: tokens,
        totalTokenCount: usage.input + tokens,
      },
      modelVersion: 'some-model',
      responseId: `resp-${name}`,
    },
  };
}
