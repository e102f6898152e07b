import { manualClock } from '@vector-engine/testing';
import { describe, expect, it, test } from 'vitest';
import { resolveModel, targetsOf } from '../routing/resolve-model.ts';
import { byTask } from '../routing/routers/by-task.ts';
import { anthropic } from '../upstreams/anthropic/anthropic.ts';
import { openai } from '../upstreams/openai/openai.ts';
import { openaiCompatible } from '../upstreams/openai-compatible/openai-compatible.ts';
import type { GatewayOptions } from './options.ts';
import { resolveSettings } from './resolve-settings.ts';
import type { Settings } from './settings.ts';

const upstreams = {
  openai: openai({ apiKey: 'k' }),
  claude: anthropic({ apiKey: 'k' }),
  lab: openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1' }),
};

/** A gateway that starts on a day. */
function startOn(
  day: string,
  options: Pick<GatewayOptions, 'models' | 'addressable' | 'sunsets'> = {},
): Settings {
  return resolveSettings({ open: true, upstreams, clock: manualClock(Date.parse(day)), ...options });
}

/** Where a name leads. */
const servedAs = ({ routing }: Settings, name: string): string[] =>
  targetsOf(resolveModel(routing, name)).map(({ upstream, model }) => `${upstream}/${model}`);

const old = { models: { chat: ['openai/gpt-4-turbo', 'claude/claude-opus-4-6'] } } as const;

const told = (day: string): unknown => startOn(day, old).sunsets;

/** The mistakes are ones that TypeScript would tell. */
const give = (models: unknown) => (): unknown =>
  startOn('2026-11-21', { ...old, sunsets: { models: Object(models) } });

describe('models in the routes that their vendors end', () => {
  it('are told from thirty days before on, and as past from the day on', () => {
    const notice = {
      upstream: 'openai',
      model: 'gpt-4-turbo',
      date: '2026-10-23',
      successor: 'gpt-5.6-sol',
      isRemapped: false,
    };
    expect(told('2026-09-22T23:59:59Z')).toEqual([]);
    expect(told('2026-09-23T00:00:00Z')).toEqual([{ ...notice, isPast: false }]);
    expect(told('2026-10-22T23:59:59Z')).toEqual([{ ...notice, isPast: false }]);
    expect(told('2026-10-23T00:00:00Z')).toEqual([{ ...notice, isPast: true }]);
  });

  it('are told once each, whether a route, a fallback or a router names them', () => {
    const { sunsets } = startOn('2027-06-01', {
      models: {
        one: ['openai/o1', 'openai/gpt-4-turbo'],
        two: { targets: ['openai/gpt-4-turbo'], fallback: 'claude/claude-3-opus' },
        three: byTask({ code: 'openai/gpt-5', default: 'one' }),
      },
    });
    expect(sunsets.map(({ upstream, model }) => `${upstream}/${model}`)).toEqual([
      'openai/o1',
      'openai/gpt-4-turbo',
      'claude/claude-3-opus',
      'openai/gpt-5',
    ]);
  });

  it('are none of those that are only known, and none of another vendor', () => {
    expect(startOn('2027-06-01', { models: { chat: 'lab/gpt-4-turbo' } }).sunsets).toEqual([]);
    expect(startOn('2026-11-21').sunsets.filter(({ isPast }) => isPast)).toEqual([]);
  });

  it('are asked all the same, unless the operator says otherwise', () => {
    const settings = startOn('2027-06-01', { ...old, addressable: true });
    expect(servedAs(settings, 'chat')).toEqual(['openai/gpt-4-turbo', 'claude/claude-opus-4-6']);
    expect(servedAs(settings, 'openai/gpt-4-turbo')).toEqual(['openai/gpt-4-turbo']);
  });
});

describe('sunsets: { remap: true }', () => {
  const sunsets = { remap: true };

  it('sends calls to the successor, from the day on', () => {
    const settings = startOn('2026-10-23', { ...old, addressable: true, sunsets });
    expect(servedAs(settings, 'chat')).toEqual(['openai/gpt-5.6-sol', 'claude/claude-opus-4-6']);
    expect(servedAs(settings, 'openai/gpt-4-turbo')).toEqual(['openai/gpt-5.6-sol']);
    expect(settings.sunsets).toMatchObject([{ model: 'gpt-4-turbo', isPast: true, isRemapped: true }]);
    const before = startOn('2026-10-22', { ...old, sunsets });
    expect(servedAs(before, 'chat')).toEqual(['openai/gpt-4-turbo', 'claude/claude-opus-4-6']);
  });

  it('reaches into groups, and leaves weights and what has no successor', () => {
    const settings = startOn('2027-06-01', {
      models: {
        video: 'openai/sora-2',
        deep: {
          targets: [{ targets: [{ upstream: 'openai', model: 'o1', weight: 3 }] }, 'claude/claude-3-opus'],
        },
      },
      sunsets,
    });
    expect(servedAs(settings, 'video')).toEqual(['openai/sora-2']);
    expect(servedAs(settings, 'deep')).toEqual(['openai/gpt-5.6-sol', 'claude/claude-opus-5-5']);
    expect(targetsOf(resolveModel(settings.routing, 'deep'))[0]?.weight).toBe(3);
    expect(settings.sunsets).toMatchObject([{ model: 'sora-2', isRemapped: false }, {}, {}]);
  });

  it('serves names that are in no list any more, where models are not named', () => {
    const settings = startOn('2026-11-21', { sunsets });
    expect(servedAs(settings, 'gpt-3.5-turbo')).toEqual(['openai/gpt-5.6-terra']);
    expect(servedAs(settings, 'claude-3-opus')).toEqual(['claude/claude-opus-5-5']);
    expect(servedAs(settings, 'gpt-5.2')).toEqual(['openai/gpt-5.2']);
    expect(() => servedAs(startOn('2026-11-21'), 'gpt-3.5-turbo')).toThrow('VE_MODEL_NOT_FOUND');
    expect(() => servedAs(startOn('2026-11-21', { ...old, sunsets }), 'gpt-3.5-turbo')).toThrow(
      'VE_MODEL_NOT_FOUND',
    );
  });
});

describe("the operator's own word about sunsets", () => {
  test('goes before what is known, at one upstream or at all', () => {
    const models = {
      'gpt-4-turbo': false,
      'lab/llama': { date: '2026-05-01', successor: 'llama-next' },
      'claude-opus-4-6': { date: '2026-02-01' },
    } as const;
    const settings = startOn('2026-11-21', {
      models: { chat: ['openai/gpt-4-turbo', 'lab/llama', 'claude/claude-opus-4-6'] },
      sunsets: { remap: true, models },
    });
    expect(servedAs(settings, 'chat')).toEqual([
      'openai/gpt-4-turbo',
      'lab/llama-next',
      'claude/claude-opus-4-6',
    ]);
    expect(settings.sunsets.map(({ model, isRemapped }) => [model, isRemapped])).toEqual([
      ['llama', true],
      ['claude-opus-4-6', false],
    ]);
  });

  test('is told as a mistake where no route leads to the model, or it is no day', () => {
    expect(give({ 'gpt-4-turbu': false })).toThrow(
      /^sunsets\.models\["gpt-4-turbu"\]: no route leads .* Did you mean "gpt-4-turbo"\?/,
    );
    expect(give({ 'gpt-4-turbo': { date: '23.10.2026' } })).toThrow(
      /^sunsets\.models\.gpt-4-turbo\.date: must be a day: "2026-10-23" \(given: "23.10.2026"\)/,
    );
    expect(give({ 'gpt-4-turbo': true })).toThrow(
      /^sunsets\.models\.gpt-4-turbo: must be \{ date: "2026-10-23", successor: "gpt-6-sol" \}, or false/,
    );
  });
});
