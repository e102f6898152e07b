import { expect, test } from 'vitest';
import { codecOf, loadCodecs } from '../../../packages/core/src/dialects/load-codecs.ts';
import { GatewayError } from '../../../packages/core/src/errors.ts';
import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { type Sample, samples } from './fields/samples.ts';
import { reasonFor, reasons } from './fields/unmissed.ts';
import { findLost, type Outcome, valueAt } from './find-lost.ts';
import { type Target, targets } from './targets.ts';

await loadCodecs();

/** Gemini and Bedrock say both in the path. */
const address = { model: 'any', stream: false };

/** What becomes of the request; undefined where it is refused. */
function send({ dialect }: Sample, { render }: Target, body: JsonObject): Outcome | undefined {
  try {
    return render(codecOf(dialect).parseRequest(body, address));
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

const fields = new Map<string, Sample[]>();
for (const sample of samples) {
  const key = `${sample.dialect} ${sample.field}`;
  fields.set(key, [...(fields.get(key) ?? []), sample]);
}

/** The reasons that were needed. */
const given = new Set<string>();

test.each([...fields])('%s reaches every upstream, or is named', (_, ofField) => {
  const lost = new Map<string, string[]>();
  for (const sample of ofField) {
    for (const target of targets) {
      if (target.dialect === sample.dialect) continue;
      const paths = findLost(sample.body, sample.said, (body) => send(sample, target, body));
      for (const path of paths) {
        const name = path.join('.');
        const value = valueAt(sample.body, path);
        const reason = reasonFor({ path: name, value });
        if (reason !== undefined) {
          given.add(reason);
          continue;
        }
        const key = `${name}: ${JSON.stringify(value)}`;
        lost.set(key, [...(lost.get(key) ?? []), target.name]);
      }
    }
  }
  expect(Object.fromEntries(lost)).toEqual({});
});

test('no reason why something is not missed is out of date', () => {
  expect([...given].toSorted()).toEqual(reasons.toSorted());
});

function hearName({ name }: JsonObject): Outcome {
  return { body: { name: name ?? null }, dropped: [] };
}

function hearWhetherDeep({ deep }: JsonObject): Outcome {
  return { body: deep !== undefined, dropped: [] };
}

test('a field that nobody hears of is found', () => {
  const body = { name: 'a', deep: { is: 1 } };
  expect(findLost(body, ['name', 'deep'], hearName)).toEqual([['deep']]);
  expect(findLost(body, ['deep'], hearWhetherDeep)).toEqual([['deep', 'is']]);
});
