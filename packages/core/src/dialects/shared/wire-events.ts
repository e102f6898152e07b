import type { WireEvent } from '../../protocol/codec.ts';
import type { ChatDialect } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { eventLimit } from '../../stream/event-limit.ts';
import { ArrayStreamReader } from '../../stream/read-array-stream.ts';
import { AwsEventReader } from '../../stream/read-aws-events.ts';
import { EventReader, type ServerEvent } from '../../stream/read-events.ts';

/** The events of a stream, out of bytes that are cut anywhere. */
export interface WireReader {
  /** @throws Error where an event is too large, or is none. */
  push(chunk: Buffer): WireEvent[];
  end(): WireEvent[];
}

/** Amazon frames its events in a format of its own; everybody else sends server-sent events. */
export function wireReader(dialect: ChatDialect): WireReader {
  if (dialect === 'bedrock') return awsReader();
  return dialect === 'gemini' ? googleReader() : sseReader();
}

/** Server-sent events, as we ask for; some who stand in for Google send the array that it gives unasked. */
function googleReader(): WireReader {
  let reader: WireReader | undefined;
  return {
    push: (chunk) => {
      if (reader === undefined && chunk.toString('latin1').trim() === '') return [];
      reader ??= isArray(chunk) ? arrayReader() : sseReader();
      return reader.push(chunk);
    },
    end: () => reader?.end() ?? [],
  };
}

/** Whether JSON that begins so is an array. */
export function isArray(beginning: Buffer): boolean {
  return /^\s*\[/.test(beginning.toString('latin1', 0, 64));
}

function arrayReader(): WireReader {
  const reader = new ArrayStreamReader(eventLimit);
  return {
    push: (chunk) => reader.push(chunk).map((text) => ({ name: undefined, data: parseObject(text) })),
    end: () => {
      reader.end();
      return [];
    },
  };
}

function sseReader(): WireReader {
  const reader = new EventReader(eventLimit);
  return { push: (chunk) => toWire(reader.push(chunk)), end: () => toWire(reader.end()) };
}

function toWire(events: readonly ServerEvent[]): WireEvent[] {
  const wire: WireEvent[] = [];
  for (const { name, data } of events) {
    const text = data.trim();
    // Some servers keep a connection open with events that say nothing.
    if (text !== '') wire.push({ name, data: text === '[DONE]' ? undefined : parseObject(text) });
  }
  return wire;
}

function awsReader(): WireReader {
  const reader = new AwsEventReader(eventLimit);
  return {
    push: (chunk) =>
      reader.push(chunk).map(({ name, data }) => ({ name, data: data === '' ? {} : parseObject(data) })),
    end: () => {
      reader.end();
      return [];
    },
  };
}

/** @throws Error where the text is no JSON object. */
export function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (isObject(value)) return value;
  throw new SyntaxError('not a JSON object');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
