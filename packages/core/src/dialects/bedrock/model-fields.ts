import type { ChatRequest, Reasoning } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isSameJson, numberOf, objectOf, optional, restOf } from '../shared/read.ts';
import { parseReasoning, reasoningFields, renderReasoning } from './convert-reasoning.ts';
import { familyOf, type ModelFamily } from './model-family.ts';
import { ownOf } from './own-extra.ts';

/** `additionalModelRequestFields`: what Converse has no word for and its vendors all spell differently. */
export interface ModelFields {
  readonly reasoning?: Reasoning;
  readonly topK?: number;
  /** What is not understood, and what would be spelled otherwise for this model. */
  readonly rest?: JsonObject;
}

const topKFields: readonly string[] = ['top_k', 'inferenceConfig'];

export function parseModelFields(fields: JsonObject, model: string): ModelFields {
  const family = familyOf(model);
  const reasoning = parseReasoning(fields);
  const topK = numberOf(fields['top_k']) ?? numberOf(objectOf(fields['inferenceConfig'])?.['topK']);
  const understood = [
    ...(reasoning !== undefined && isSaid(fields, reasoningFields, renderReasoning(reasoning, family))
      ? reasoningFields
      : []),
    ...(topK !== undefined && isSaid(fields, topKFields, renderTopK(topK, family)) ? topKFields : []),
  ];
  return {
    ...optional('reasoning', reasoning),
    ...optional('topK', topK),
    ...optional('rest', restOf(fields, understood)),
  };
}

/** Whether rendering gives the very fields that were read, so that nothing is lost when they are taken out. */
function isSaid(fields: JsonObject, names: readonly string[], rendered: JsonObject | undefined): boolean {
  const there = names.filter((name) => fields[name] !== undefined);
  return isSameJson(Object.fromEntries(there.map((name) => [name, fields[name]])), rendered);
}

export function renderTopK(topK: number, { vendor }: ModelFamily): JsonObject | undefined {
  if (vendor === 'nova') return { inferenceConfig: { topK } };
  return vendor === 'openai' || vendor === 'gpt-oss' ? undefined : { top_k: topK };
}

/**
 * The fields that the request already holds in this dialect. Where they say how to think, and in the spelling of this very
 * model (or nobody knows which it is), they stay as they came; else they are taken out, to be said anew.
 */
export function keepOwnFields({ extra, reasoning, topK }: ChatRequest, family: ModelFamily): JsonObject {
  const own = objectOf(ownOf(extra)['additionalModelRequestFields']) ?? {};
  if (family.vendor === 'unknown') return own;
  const stale = [
    ...(reasoning === undefined ? [] : staleNames(own, reasoningFields, renderReasoning(reasoning, family))),
    ...(topK === undefined ? [] : staleNames(own, topKFields, renderTopK(topK, family))),
  ];
  return restOf(own, stale) ?? {};
}

/** The fields of another vendor's spelling; all of them, where this one's model has none. */
function staleNames(own: JsonObject, names: readonly string[], rendered: JsonObject = {}): readonly string[] {
  const there = names.filter((name) => own[name] !== undefined);
  return there.some((name) => Object.hasOwn(rendered, name)) ? [] : there;
}

/** Whether the caller's own fields already say it. */
export function says(own: JsonObject, names: 'reasoning' | 'top-k'): boolean {
  return (names === 'reasoning' ? reasoningFields : topKFields).some((name) => own[name] !== undefined);
}

/** The same of `outputConfig`, whose `effort` is Claude's. */
export function keepOwnOutput({ extra }: ChatRequest, { vendor }: ModelFamily): JsonObject {
  const own = objectOf(ownOf(extra)['outputConfig']) ?? {};
  return vendor === 'claude' || vendor === 'unknown' ? own : (restOf(own, ['effort']) ?? {});
}
