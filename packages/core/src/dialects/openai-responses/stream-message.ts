import type { Logprob, Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import { fieldsOf, indexOf, isEmpty, isObject, listOf, optional, restOf } from '../shared/read.ts';
import { saidText } from '../shared/said.ts';
import { parseAnnotation } from './convert-citation.ts';
import { parseLogprobs } from './convert-logprobs.ts';
import { extraOf } from './own-extra.ts';
import { isBorder, itemFields, parseTextPart } from './parse-output.ts';
import { foreignPart } from './parse-parts.ts';
import { merge, type StreamContext, type StreamItem, stillToSay } from './stream-item.ts';

interface OpenPart {
  readonly kind: 'text' | 'refusal' | 'foreign';
  readonly block: number;
  readonly said: GrowingText;
  /** Kept only where no whole part repeats them. */
  annotations: JsonObject[];
  logprobs: Logprob[];
  /** The part as it was told last. */
  part: JsonObject;
}

/** A message: each of its parts is a block, and ends with the item, when all is known about it. */
export function streamMessage(first: JsonObject, context: StreamContext): StreamItem {
  const parts = new Map<number, OpenPart>();
  const item: StreamItem = { type: 'message', item: first, isDone: false, take, finish };
  let border: JsonObject | undefined;

  function ofItem(index: number): JsonObject {
    const fields = itemFields(item.item);
    border ??= isBorder(context.previous, fields) ? { startsItem: true } : {};
    const own = isEmpty(fields) ? {} : { item: fields };
    return isFirst(index) ? { ...own, ...border } : own;
  }

  function isFirst(index: number): boolean {
    const [lowest = index] = parts.keys();
    return lowest === index;
  }

  function open(index: number, kind: OpenPart['kind'], part: JsonObject = {}): [OpenPart, Part[]] {
    const known = parts.get(index);
    if (known !== undefined) return [known, []];
    const block = context.blocks++;
    const made: OpenPart = { kind, block, said: new GrowingText(), annotations: [], logprobs: [], part };
    parts.set(index, made);
    context.types.add(kind);
    if (kind === 'foreign') return [made, []];
    const start: Part =
      kind === 'text'
        ? { type: 'text-start', choice: 0, block, ...extraOf(ofItem(index)) }
        : { type: 'refusal-start', choice: 0, block };
    return [made, [start]];
  }

  function say(part: OpenPart, text: string): Part[] {
    if (text === '' || part.kind === 'foreign') return [];
    part.said.add(text);
    return [
      { type: part.kind === 'text' ? 'text-delta' : 'refusal-delta', choice: 0, block: part.block, text },
    ];
  }

  function take(type: string, event: JsonObject): readonly Part[] {
    const index = indexOf(event['content_index']) ?? 0;
    switch (type) {
      case 'response.content_part.added':
        return open(index, kindOf(event['part']), fieldsOf(event['part']))[1];
      case 'response.content_part.done': {
        const [part, started] = open(index, kindOf(event['part']));
        part.part = { ...part.part, ...fieldsOf(event['part']) };
        return [...started, ...say(part, stillToSay(part.said.toString(), wholeText(part)))];
      }
      case 'response.output_text.delta':
      case 'response.refusal.delta': {
        const [part, started] = open(index, type === 'response.refusal.delta' ? 'refusal' : 'text');
        for (const token of parseLogprobs(event['logprobs'])) part.logprobs.push(token);
        return [...started, ...say(part, saidText(event['delta'], 'a delta'))];
      }
      case 'response.output_text.done':
      case 'response.refusal.done': {
        const isRefusal = type === 'response.refusal.done';
        const [part, started] = open(index, isRefusal ? 'refusal' : 'text');
        return [
          ...started,
          ...say(part, stillToSay(part.said.toString(), event[isRefusal ? 'refusal' : 'text'])),
        ];
      }
      case 'response.output_text.annotation.added':
        return annotate(index, event['annotation']);
      default:
        return [];
    }
  }

  function annotate(index: number, annotation: Json | undefined): Part[] {
    if (!isObject(annotation)) return [];
    const [part, started] = open(index, 'text');
    if (part.kind !== 'text') return started;
    part.annotations.push(annotation);
    return [...started, cite(part, annotation)];
  }

  function cite({ block }: OpenPart, annotation: JsonObject): Part {
    return { type: 'citation', choice: 0, block, citation: parseAnnotation(annotation) };
  }

  function finish(final: JsonObject | undefined): readonly Part[] {
    item.isDone = true;
    item.item = merge(item.item, final);
    const { content } = item.item;
    const told: readonly Json[] =
      typeof content === 'string' ? [{ type: 'output_text', text: content }] : listOf(content);
    const out: Part[] = [];
    for (const [index, part] of told.filter(isObject).entries()) {
      const [opened, started] = open(index, kindOf(part));
      out.push(...started);
      if (opened.kind === kindOf(part)) opened.part = { ...opened.part, ...part };
    }
    for (const [index, part] of parts) out.push(...close(index, part));
    return out;
  }

  function close(index: number, part: OpenPart): Part[] {
    const { block, kind } = part;
    if (kind === 'foreign') {
      const value = foreignPart(part.part);
      context.previous = value;
      return [{ type: 'block', choice: 0, block, value }];
    }
    const out = say(part, stillToSay(part.said.toString(), wholeText(part)));
    if (kind === 'refusal') {
      context.previous = { type: 'refusal', text: part.said.toString() };
      return [...out, { type: 'refusal-end', choice: 0, block }];
    }
    for (const annotation of listOf(part.part['annotations']).slice(part.annotations.length)) {
      if (isObject(annotation)) out.push(cite(part, annotation));
    }
    const told = parseLogprobs(part.part['logprobs']);
    const tokens = told.length > 0 ? told : part.logprobs;
    if (tokens.length > 0) out.push({ type: 'logprobs', choice: 0, tokens });
    const ending = parseTextPart(
      { type: 'output_text', ...restOf(part.part, ['annotations']) },
      ofItem(index),
    );
    context.previous = ending;
    return [...out, { type: 'text-end', choice: 0, block, ...optional('extra', ending?.extra) }];
  }

  return item;
}

function kindOf(part: Json | undefined): OpenPart['kind'] {
  const type = fieldsOf(part)['type'];
  if (type === 'refusal') return 'refusal';
  return type === undefined || type === 'output_text' || type === 'text' || type === 'input_text'
    ? 'text'
    : 'foreign';
}

function wholeText({ kind, part }: OpenPart): Json | undefined {
  return kind === 'refusal' ? part['refusal'] : part['text'];
}
