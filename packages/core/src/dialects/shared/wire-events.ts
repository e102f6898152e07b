import type { WireEvent } from '../../protocol/codec.ts';
import type { ChatDialect } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { AwsEventReader } from '../../stream/read-aws-events.ts';
import { EventReader, type ServerEvent } from '../../stream/read-events.ts';

/** Bytes that one event may have before the stream is given up. */
const eventLimit = 1_048_576;

/** The events of a stream, out of bytes that are cut anywhere. */
export interface WireReader {
  /** @throws Error where an event is too large, or is none. */
  push(chunk: Buffer): WireEvent[];
  end(): WireEvent[];
}

/** Amazon frames its events in a format of its own; everybody else sends server-sent events. */
export function wireReader(dialect: ChatDialect): WireReader {
  return dialect === 'bedrock' ? awsReader() : sseReader();
}

function sseReader(): WireReader {
  const reader = new EventReader(eventLimit);
  return { push: (chunk) => reader.push(chunk).map(toWire), end: () => reader.end().map(toWire) };
}

function toWire({ name, data }: ServerEvent): WireEvent {
  return { name, data: data.trim() === '[DONE]' ? undefined : parseObject(data) };
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
