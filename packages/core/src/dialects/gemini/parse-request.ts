import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RequestAddress } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, guardDepth, invalid, missing } from '../shared/read.ts';
import { parseServiceTier } from './convert-usage.ts';
import { type FieldReader, readFields } from './field-reader.ts';
import { extraOf } from './own-extra.ts';
import { parseContents, parseSystem, readContents } from './parse-contents.ts';
import { parseGeneration } from './parse-generation.ts';
import { parseToolConfig, parseTools } from './parse-tools.ts';
import { placeField } from './placed.ts';

export function parseRequest(body: JsonObject, address: RequestAddress): ChatRequest {
  return guardDepth(
    () => parseBody(readFields(body, ''), address),
    () => invalid('contents', 'it is nested too deeply'),
  );
}

function parseBody(body: FieldReader, address: RequestAddress): ChatRequest {
  const inBody = body.text('model');
  const model = address.model ?? inBody;
  if (model === undefined || model === '') throw missing('model');
  const contents = readContents(body);
  if (contents === undefined) throw missing('contents');
  const system = body.json('systemInstruction');
  const tools = body.objects('tools');
  const toolConfig = body.object('toolConfig');
  const generationConfig = body.object('generationConfig');
  const choice = toolConfig && parseToolConfig(toolConfig);
  const generation = generationConfig && parseGeneration(generationConfig);
  const serviceTier = parseServiceTier(body.text('serviceTier'));
  return {
    model,
    stream: address.stream ?? false,
    // Gemini always tells it.
    wantsUsage: true,
    messages: [
      ...(system === undefined ? [] : [parseSystem(placeField(system, 'systemInstruction'))]),
      ...parseContents(contents),
    ],
    ...defined({ tools: tools && parseTools(tools), toolChoice: choice?.toolChoice, serviceTier }),
    ...generation?.fields,
    ...extraOf({
      ...body.rest(),
      ...defined({ toolConfig: choice?.rest, generationConfig: generation?.rest }),
    }),
  };
}
