import type { ChatRequest, OutputFormat } from '../../protocol/chat-request.ts';
import type { Message } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined } from '../shared/read.ts';
import type { Writing } from './render-parts.ts';

interface RenderedOutput {
  readonly body: JsonObject;
  /** What the model is to be told where the parameter does not say it all. */
  readonly instruction?: string;
}

export function renderOutput({ output, messages }: ChatRequest, { quirks }: Writing): RenderedOutput {
  if (output === undefined) return { body: {} };
  if (output.type === 'text')
    return { body: quirks.output === 'none' ? {} : { response_format: { type: 'text' } } };
  const takesSchema = quirks.output === 'json_schema' || quirks.output === 'only_json_schema';
  if (output.type === 'json-schema' && takesSchema) {
    const { name, description, schema, isStrict: strict } = output;
    const inner = defined({ name, description, schema, strict });
    return { body: { response_format: { type: 'json_schema', json_schema: inner } } };
  }
  const takesJson = quirks.output === 'json_schema' || quirks.output === 'json_object';
  const body = takesJson ? { response_format: { type: 'json_object' } } : {};
  if (output.type === 'json-schema') return { body, instruction: instructionFor(output) };
  const isSaid = takesJson && (!quirks.wantsJsonWord || messages.some(speaksOfJson));
  return isSaid ? { body } : { body, instruction: 'Answer with one JSON object and nothing else.' };
}

function speaksOfJson({ content }: Message): boolean {
  return content.some((block) => block.type === 'text' && /json/i.test(block.text));
}

function instructionFor({ description, schema }: Extract<OutputFormat, { type: 'json-schema' }>): string {
  const what = description === undefined ? '' : ` (${description})`;
  return `Answer with JSON only${what}, no other text and no code fence. It must fit this JSON schema:\n${JSON.stringify(schema)}`;
}
