import type { ChatRequest, OutputFormat } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, filled, isEmpty, isObject } from '../shared/read.ts';
import { isBeforeGemini3 } from './model-facts.ts';
import { ownOf } from './own-extra.ts';
import { renderThinking } from './thinking.ts';

/** Gemini takes this many stop sequences. */
const mostStops = 5;

/** Gemini's seed is a signed 32-bit number. */
const greatestSeed = 0x7fffffff;

export function renderGeneration(request: ChatRequest, drop: (name: string) => void): JsonObject | undefined {
  const own = ownOf(request.extra, 'generationConfig');
  const { seed, stop, reasoning } = request;
  const isSeed = seed !== undefined && seed >= -greatestSeed - 1 && seed <= greatestSeed;
  if (seed !== undefined && !isSeed) drop('seed');
  if (stop !== undefined && stop.length > mostStops) drop('stop');
  const thinkingConfig = {
    ...(reasoning === undefined ? {} : renderThinking(reasoning, request.model, drop)),
    ...(isObject(own.thinkingConfig) ? own.thinkingConfig : {}),
  };
  const config = {
    ...defined({
      maxOutputTokens: request.maxTokens,
      temperature: request.temperature,
      topP: request.topP,
      topK: request.topK,
      stopSequences: stop?.slice(0, mostStops),
      seed: isSeed ? seed : undefined,
      candidateCount: request.choices,
      presencePenalty: request.presencePenalty,
      frequencyPenalty: request.frequencyPenalty,
      responseLogprobs: request.logprobs,
      logprobs: request.topLogprobs,
    }),
    ...(takesFormat(request) ? renderOutput(request.output) : {}),
    ...own,
    ...(isEmpty(thinkingConfig) ? {} : { thinkingConfig }),
  };
  return filled(config);
}

/** In words, what the model cannot be held to by its parameters. */
export function renderFormatInstructions(request: ChatRequest): string | undefined {
  const { output } = request;
  if (takesFormat(request) || output === undefined || output.type === 'text') return undefined;
  const asked =
    'Unless you call a function, answer with one JSON value only, without a code fence or other words.';
  return output.type === 'json'
    ? asked
    : `${asked} It must fit this JSON schema:\n${JSON.stringify(output.schema)}`;
}

/** "Function calling with a response mime type: 'application/json' is unsupported", before Gemini 3. */
function takesFormat({ model, tools, output }: ChatRequest): boolean {
  const hasFunctions = tools?.some(({ type }) => type !== 'built-in') ?? false;
  return output?.type === 'text' || !hasFunctions || !isBeforeGemini3(model);
}

function renderOutput(output: OutputFormat | undefined): JsonObject {
  if (output === undefined) return {};
  switch (output.type) {
    case 'text':
      return { responseMimeType: 'text/plain' };
    case 'json':
      return { responseMimeType: 'application/json' };
    default: {
      const { schema, description } = output;
      const described = description === undefined || schema.description !== undefined ? {} : { description };
      return {
        responseMimeType: 'application/json',
        responseJsonSchema: { ...schema, ...described },
      };
    }
  }
}
