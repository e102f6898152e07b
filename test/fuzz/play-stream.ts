import * as fc from 'fast-check';
import type { Changed, SentEvent } from './change-field.ts';
import { encodeStream, plainWriting, type Writing, writings } from './encode-stream.ts';
import type { Face } from './faces/faces.ts';
import type { Played } from './judge.ts';
import { call, post, understand } from './listen.ts';
import type { OpenGateway } from './open-gateway.ts';
import { type Script, scripts } from './script.ts';
import { changeStream, harmfulChange, harmlessChange, type StreamChange } from './stream-change.ts';
import {
  cutBytes,
  type Damage,
  damaged,
  placeIn,
  type Transport,
  transports,
  undamaged,
} from './transport.ts';
import { readTruth, type Truth } from './truth.ts';
import type { Vendor } from './vendors/vendor.ts';

/** One stream: what was said, and what became of it on the way. */
export interface Play {
  readonly script: Script;
  readonly other: Script;
  readonly changes: readonly StreamChange[];
  readonly writing: Writing;
  readonly transport: Transport;
}

const two = { script: scripts('a', 1), other: scripts('b', 1000) };

/** Of a stream that is written oddly, and with news in it: as good as any. */
export const harmlessPlays: fc.Arbitrary<Play> = fc.record({
  ...two,
  changes: fc.array(harmlessChange, { maxLength: 3 }),
  writing: writings,
  transport: undamaged,
});

export const harmfulPlays: fc.Arbitrary<Play> = fc.record({
  ...two,
  changes: fc.array(fc.oneof({ weight: 4, arbitrary: harmfulChange }, harmlessChange), { maxLength: 3 }),
  writing: fc.oneof({ weight: 2, arbitrary: fc.constant(plainWriting) }, writings),
  transport: transports,
});

/** The same answer, as its vendor would send it. */
export function undisturbed({ script, other }: Play): Play {
  const transport: Transport = { cuts: [], damage: undefined, isReset: false };
  return { script, other, changes: [], writing: plainWriting, transport };
}

/** Where it is played. */
export interface Stage {
  readonly opened: OpenGateway;
  readonly vendor: Vendor;
  readonly face: Face;
}

/** Whether the caller gets the upstream's own bytes. */
export function passesBytes({ vendor, face }: Pick<Stage, 'vendor' | 'face'>): boolean {
  return vendor.dialect === face.dialect && face.name !== 'gemini, as an array';
}

export async function playStream({ opened, vendor, face }: Stage, play: Play): Promise<Played> {
  const { script, other, changes, writing, transport } = play;
  const begun: Changed = { events: vendor.stream(script), isLoose: false };
  const changed = changes.reduce((sofar, change) => changeStream(sofar, change, { vendor, other }), begun);
  const encoded = encodeStream(changed.events, vendor, writing);
  const sent = damaged(Buffer.concat(encoded), transport.damage);
  opened.answerers[vendor.dialect].answer = () => ({
    status: 200,
    type: vendor.streamType,
    pieces: cutBytes(sent, transport.cuts),
    isReset: transport.isReset,
  });
  const { path, body } = face.ask(vendor.dialect, true);
  const told = await call(opened.gateway, path, post(JSON.stringify(body)));
  const { damage } = transport;
  const arrived =
    damage === undefined ? encoded.length : countWhole(encoded, placeIn(Buffer.concat(encoded), damage.at));
  return {
    face,
    told,
    heard: understand(face, told),
    sent,
    truth: truthOf(changed.events, arrived, { vendor, damage }),
    isLoose: changed.isLoose,
  };
}

function countWhole(encoded: readonly Buffer[], bytes: number): number {
  let length = 0;
  const cut = encoded.findIndex((piece) => (length += piece.length) > bytes);
  return cut < 0 ? encoded.length : cut;
}

/** What is known of so many events that arrived as they were sent. Undefined where what follows may mean anything. */
function truthOf(
  events: readonly SentEvent[],
  arrived: number,
  { vendor, damage }: { readonly vendor: Vendor; readonly damage: Damage | undefined },
): Truth | undefined {
  const sure = readTruth(events.slice(0, arrived), vendor);
  // Checksums tell of every other bit that is wrong.
  if (vendor.dialect === 'bedrock') return sure;
  if (damage !== undefined && damage.kind !== 'end') return undefined;
  // One more event that lacks nothing but its line end may or may not count.
  const more = readTruth(events.slice(0, arrived + 1), vendor);
  return { ...sure, fault: more.fault === undefined ? undefined : sure.fault, most: more.most };
}
