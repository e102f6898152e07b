import * as fc from 'fast-check';
import { type Changed, changeField, type FieldChange, fieldChange, writeJson } from './change-field.ts';
import type { Played } from './judge.ts';
import { call, post, understand } from './listen.ts';
import type { Stage } from './play-stream.ts';
import { isObject, parseJson } from './read.ts';
import { type Script, scripts } from './script.ts';
import { cutBytes, damaged, type Transport, transports } from './transport.ts';
import { readTruth } from './truth.ts';

/** One whole answer, and what became of it on the way. */
export interface AnswerPlay {
  readonly script: Script;
  readonly changes: readonly FieldChange[];
  readonly transport: Transport;
  /** Another error or text in its place; undefined: none. */
  readonly instead: number | undefined;
}

export const answerPlays: fc.Arbitrary<AnswerPlay> = fc.record({
  script: scripts('a', 1),
  changes: fc.array(fieldChange, { maxLength: 3 }),
  transport: transports,
  instead: fc.option(fc.nat(99), { nil: undefined, freq: 10 }),
});

const others = [
  '',
  '{}',
  '[]',
  'null',
  '"text"',
  '<html></html>',
  '{"error":{"message":"no"}}',
  '{"error":"no"}',
  '{',
];

export async function playAnswer({ opened, vendor, face }: Stage, play: AnswerPlay): Promise<Played> {
  const { script, changes, transport, instead } = play;
  const begun: Changed = { events: [{ data: vendor.whole(script) }], isLoose: false };
  const { events, isLoose } = changes.reduce((sofar, change) => changeField(sofar, 0, change), begun);
  const written = events.map(({ data }) => writeJson(data, 0)).join('');
  const text = instead === undefined ? written : (others[instead % others.length] ?? '');
  const sent = damaged(Buffer.from(text), transport.damage);
  opened.answerers[vendor.dialect].answer = () => ({
    status: 200,
    type: 'application/json',
    pieces: cutBytes(sent, transport.cuts),
    isReset: transport.isReset,
  });
  const { path, body } = face.ask(vendor.dialect, false);
  const told = await call(opened.gateway, path, post(JSON.stringify(body)));
  const isOther = transport.damage !== undefined || instead !== undefined;
  const isWhole = isObject(parseJson(sent.toString('utf8')));
  const truth = { ...readTruth(events, { ...vendor, isEnd: () => true, repeats: () => false }) };
  return {
    face,
    told,
    heard: understand(face, told),
    sent,
    // Damage may have made other words of it, or another answer.
    truth: isWhole ? (isOther ? undefined : truth) : { ...truth, fault: 'broken' },
    isLoose,
  };
}
