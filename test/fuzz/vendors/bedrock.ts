import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { parseJson } from '../read.ts';
import type { Saying, Script } from '../script.ts';
import { joined, usage, type Vendor, type WireEvent } from './vendor.ts';

const reasons = { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use' } as const;
const counted = {
  inputTokens: usage.input,
  outputTokens: usage.output,
  totalTokens: usage.input + usage.output,
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export const bedrock: Vendor = {
  dialect: 'bedrock',
  streamType: 'application/vnd.amazon.eventstream',
  stream(script) {
    return [
      { name: 'messageStart', data: { role: 'assistant', p: 'abcd' } },
      ...script.sayings.flatMap((saying, index) => blockEvents(script, saying, index)),
      { name: 'messageStop', data: { stopReason: reasons[script.end] } },
      { name: 'metadata', data: { usage: counted, metrics: { latencyMs: 1 } } },
    ];
  },
  whole(script) {
    const content = script.sayings.map((saying, index): JsonObject => {
      const said = joined(saying.pieces);
      if (saying.kind === 'text') return { text: said };
      if (saying.kind === 'reasoning')
        return { reasoningContent: { reasoningText: { text: said, signature: 'c2lnbmVk' } } };
      return { toolUse: { ...start(script, saying.name, index), input: parseJson(said) ?? {} } };
    });
    return {
      output: { message: { role: 'assistant', content } },
      stopReason: reasons[script.end],
      usage: counted,
      metrics: { latencyMs: 1 },
    };
  },
  news: [
    { name: 'futureEvent', data: { contentBlockIndex: 0 } },
    { name: 'ping', data: {} },
  ],
  errors: [
    { name: 'throttlingException', data: { message: 'Too many.' } },
    { name: 'modelStreamErrorException', data: { message: 'no', originalStatusCode: 500 } },
    { name: 'futureException', data: {} },
  ],
  isEnd: ({ name, data }) => name === 'messageStop' && typeof data === 'object',
  repeats: () => false,
};

function start({ name }: Script, tool: string, index: number): JsonObject {
  return { toolUseId: `tooluse_${name}_${index}`, name: tool };
}

function blockEvents(script: Script, saying: Saying, contentBlockIndex: number): WireEvent[] {
  const deltas: JsonObject[] = saying.pieces.map((piece) => {
    if (saying.kind === 'text') return { text: piece };
    return saying.kind === 'reasoning'
      ? { reasoningContent: { text: piece } }
      : { toolUse: { input: piece } };
  });
  if (saying.kind === 'reasoning') deltas.push({ reasoningContent: { signature: 'c2lnbmVk' } });
  const begun: WireEvent[] =
    saying.kind === 'call'
      ? [
          {
            name: 'contentBlockStart',
            data: { contentBlockIndex, start: { toolUse: start(script, saying.name, contentBlockIndex) } },
          },
        ]
      : [];
  return [
    ...begun,
    ...deltas.map((delta) => ({ name: 'contentBlockDelta', data: { contentBlockIndex, delta } })),
    { name: 'contentBlockStop', data: { contentBlockIndex } },
  ];
}
