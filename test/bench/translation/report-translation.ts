import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import { alignColumns, formatValue } from '../report.ts';
import { median } from '../statistics.ts';
import { SHAPES, type Shape } from './conversations.ts';
import { LONG_STREAM_DELTAS } from './measure-memory.ts';
import { DIALECTS, type RequestRatio, type RequestRow } from './measure-requests.ts';
import type { StreamSample, StreamSamples } from './measure-streams.ts';
import { PAIRS, VERBATIM } from './pairs.ts';

/** What was measured of translation. */
export interface Translation {
  readonly streams: StreamSamples;
  readonly requests: readonly RequestRow[];
  /** Bytes, by the pair's name. */
  readonly growths: ReadonlyMap<string, number>;
}

/** The bounds to keep: of ratios, and in bytes. */
const MOST_PER_DELTA = 3;
const MOST_PER_REQUEST = 2;
const MOST_GROWTH = 2 * 1_024 * 1_024;

const NAMES: Readonly<Record<ChatDialect, string>> = {
  'openai-chat': 'chat',
  'openai-responses': 'Responses',
  'anthropic-messages': 'Anthropic',
  gemini: 'Gemini',
  bedrock: 'Bedrock',
};

interface StreamRow {
  readonly name: string;
  readonly label: string;
  /** Microseconds per delta, and how many times that of the verbatim path in the same round. */
  readonly paced: number;
  readonly pacedRatio: number;
  readonly burst: number;
  readonly burstRatio: number;
  readonly growth: number;
}

function streamRows({ streams, growths }: Translation): StreamRow[] {
  const verbatim = streams.get(VERBATIM.name) ?? [];
  return [VERBATIM, ...PAIRS].flatMap(({ name, label }) => {
    const samples = streams.get(name) ?? [];
    if (samples.length === 0) return [];
    const valueOf = (key: keyof StreamSample): number => median(samples.map((sample) => sample[key]));
    const ratioOf = (key: keyof StreamSample): number =>
      median(samples.map((sample, round) => sample[key] / (verbatim[round]?.[key] ?? Number.NaN)));
    return {
      name,
      label,
      paced: valueOf('paced'),
      pacedRatio: ratioOf('paced'),
      burst: valueOf('burst'),
      burstRatio: ratioOf('burst'),
      growth: growths.get(name) ?? Number.NaN,
    };
  });
}

/** Three tables: deltas, requests of about 1 MB, and what the columns mean. */
export function renderTranslation(translation: Translation): string {
  const streams = [
    ['streamed', 'CPU per delta', 'ratio', 'in a burst', 'ratio', 'growth'],
    ...streamRows(translation).map((row) => [
      row.label,
      formatValue(row.paced, 'us'),
      row.pacedRatio.toFixed(2),
      formatValue(row.burst, 'us'),
      row.burstRatio.toFixed(2),
      formatValue(row.growth, 'B'),
    ]),
    ['target', '', `<= ${MOST_PER_DELTA}`, '', `<= ${MOST_PER_DELTA}`, `<= ${formatValue(MOST_GROWTH, 'B')}`],
  ];
  const requests = [
    ['1 MB request', 'JSON copy', ...DIALECTS.map((dialect) => `to ${NAMES[dialect]}`)],
    ...translation.requests.map(({ shape, source, copy, ratios }) => [
      `${SHAPES[shape]}, ${NAMES[source]}`,
      formatValue(copy, 'ms'),
      ...DIALECTS.map((target) => formatRatio(ratios.get(target))),
    ]),
    ['target', '', ...DIALECTS.map(() => `<= ${MOST_PER_REQUEST}`)],
  ];
  return [
    alignColumns(streams),
    `Ratio: to the verbatim path of the same round. Growth: managed memory of one stream of ${LONG_STREAM_DELTAS.toLocaleString('en')} deltas, at 90 % beyond that at 10 %.`,
    '',
    alignColumns(requests),
    'Beside JSON.parse and JSON.stringify alone: the codecs, text to text / the whole way, bytes to bytes with the check of the envelope.',
  ].join('\n');
}

function formatRatio(ratio: RequestRatio | undefined): string {
  return ratio === undefined ? '' : `${ratio.codecs.toFixed(2)} / ${ratio.whole.toFixed(2)}`;
}

/** Which bounds are not kept, in words. */
export function missesOfTranslation(translation: Translation): string[] {
  const streams = streamRows(translation).flatMap((row) => [
    ...missOf(`${row.label}: CPU per delta`, row.pacedRatio, MOST_PER_DELTA),
    ...missOf(`${row.label}: CPU per delta in a burst`, row.burstRatio, MOST_PER_DELTA),
    ...missOf(`${row.label}: growth in bytes`, row.growth, MOST_GROWTH),
  ]);
  const requests = (['codecs', 'whole'] as const).flatMap((way) =>
    (Object.keys(SHAPES) as Shape[]).flatMap((shape) => missOfShape(translation, shape, way)),
  );
  return [...streams, ...requests];
}

/** One line for all formats, with the worst of them. */
function missOfShape({ requests }: Translation, shape: Shape, way: keyof RequestRatio): string[] {
  const all = requests
    .filter((row) => row.shape === shape)
    .flatMap(({ source, ratios }) =>
      [...ratios].map(([target, ratio]) => ({ source, target, ratio: ratio[way] })),
    );
  const missed = all.filter(({ ratio }) => ratio > MOST_PER_REQUEST).toSorted((a, b) => b.ratio - a.ratio);
  const [worst] = missed;
  if (worst === undefined) return [];
  const from = `${NAMES[worst.source]} to ${NAMES[worst.target]}`;
  const who = `${missed.length} of ${all.length}, the worst ${from}`;
  return missOf(
    `${SHAPES[shape]}, ${way === 'whole' ? 'whole way' : way}: ${who}`,
    worst.ratio,
    MOST_PER_REQUEST,
  );
}

function missOf(what: string, value: number, bound: number): string[] {
  return value > bound ? [`${what} ${value.toFixed(2)}, target <= ${bound}`] : [];
}

/** As JSON can hold it. */
export function translationDetails(translation: Translation): object {
  return {
    streams: streamRows(translation),
    requests: translation.requests.map((row) => ({ ...row, ratios: Object.fromEntries(row.ratios) })),
  };
}
