import { type Case, readCases } from '../../dialects/read-cases.ts';
import { isObject, parseJson } from '../read.ts';
import type { Vendor, WireEvent } from './vendor.ts';
import { vendors } from './vendors.ts';

/** A vendor that says what it was once recorded to say. */
export interface Recorded {
  readonly name: string;
  readonly vendor: Vendor;
}

/** Of every recorded stream. What is spliced into it, or follows it, is still made up. */
export function recordedVendors(): readonly Recorded[] {
  return readCases()
    .filter(({ isStream }) => isStream)
    .flatMap((recorded) => {
      const vendor = vendors.find(({ dialect }) => dialect === recorded.dialect);
      if (vendor === undefined) return [];
      const events = readEvents(recorded);
      const stream: Vendor['stream'] = (script) => (script.name === 'a' ? events : vendor.stream(script));
      return [{ name: recorded.name, vendor: { ...vendor, stream } }];
    });
}

function readEvents({ dialect, recording: { body } }: Case): readonly WireEvent[] {
  const bytes = Buffer.from(body ?? '');
  return dialect === 'bedrock' ? readAwsEvents(bytes) : readServerEvents(bytes.toString('utf8'));
}

function readServerEvents(text: string): readonly WireEvent[] {
  return text.split(/(?:\r\n|\n){2}/).flatMap((block) => {
    const name = /^event: ?(.*)$/m.exec(block)?.[1]?.trim();
    const data = /^data: ?(.*)$/m.exec(block)?.[1]?.trim();
    return data === undefined ? [] : [toEvent(name, data)];
  });
}

const nameHeader = ':event-type';

/** Frames as https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html has them; all headers are texts. */
function readAwsEvents(bytes: Buffer): readonly WireEvent[] {
  const events: WireEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const frame = bytes.subarray(at, at + bytes.readUInt32BE(at));
    const headersEnd = 12 + frame.readUInt32BE(4);
    // Behind the name of the header: a byte for the type, and two for the length.
    const value = frame.indexOf(nameHeader) + nameHeader.length + 3;
    const name = frame.toString('utf8', value, value + frame.readUInt16BE(value - 2));
    events.push(toEvent(name, frame.toString('utf8', headersEnd, frame.length - 4)));
    at += frame.length;
  }
  return events;
}

function toEvent(name: string | undefined, text: string): WireEvent {
  const data = parseJson(text);
  return { ...(name === undefined ? {} : { name }), data: isObject(data) ? data : text };
}
