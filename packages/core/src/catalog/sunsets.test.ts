import { describe, expect, it } from 'vitest';
import { models as compatible } from '../upstreams/openai-compatible/models.ts';
import { anthropicModels } from './anthropic-models.ts';
import { capabilitiesOf } from './capabilities.ts';
import { geminiModels } from './gemini-models.ts';
import { modalityOf } from './modality.ts';
import { openAIModels } from './openai-models.ts';
import { sunsetOf, sunsetsOf } from './sunsets.ts';
import { vertexModels } from './vertex-models.ts';

const lists: Readonly<Record<string, readonly string[]>> = {
  anthropic: anthropicModels,
  deepseek: compatible.deepseek,
  gemini: geminiModels,
  openai: openAIModels,
  vertex: vertexModels,
  xai: compatible.xai,
};
const all = Object.keys(lists).flatMap((vendor) =>
  [...sunsetsOf(vendor)].map(([model, sunset]) => ({ vendor, model, ...sunset })),
);

describe('models that their vendors end', () => {
  it('have a day, and a successor that the vendor serves on that day, of the same kind', () => {
    expect(all.length).toBeGreaterThan(100);
    for (const { vendor, model, date, successor } of all) {
      expect(date).toBe(new Date(date).toISOString().slice(0, 10));
      if (successor === undefined) continue;
      expect(lists[vendor]).toContain(successor);
      expect(sunsetOf(vendor, successor)?.date ?? '9999').toSatisfy((end: string) => end > date);
      expect({ model, modality: modalityOf(vendor, successor) }).toEqual({
        model,
        modality: modalityOf(vendor, model),
      });
    }
  });

  it('are in no list once they are over', () => {
    const released = '2026-11-21';
    const over = all.filter(({ date }) => date <= released);
    expect(over.length).toBeGreaterThan(50);
    expect(over.filter(({ vendor, model }) => lists[vendor]?.includes(model))).toEqual([]);
  });

  it('end in all of their dated versions', () => {
    expect(sunsetOf('openai', 'gpt-4o-2024-11-20')).toEqual(sunsetOf('openai', 'gpt-4o'));
    expect(sunsetOf('openai', 'gpt-4o-2024-05-13')?.date).toBe('2026-10-23');
    expect(sunsetOf('anthropic', 'claude-3-opus-20240229')).toEqual({
      date: '2026-01-05',
      successor: 'claude-opus-5-5',
    });
    expect(sunsetOf('anthropic', 'claude-3-5-sonnet-latest')?.date).toBe('2025-10-28');
  });

  it('end at the vendor that says so, and not at others', () => {
    expect(sunsetOf('bedrock', 'claude-3-opus')).toBeUndefined();
    expect(sunsetOf('azure-openai', 'gpt-4o')).toBeUndefined();
    expect(sunsetOf('openai', 'gpt-5.2')).toBeUndefined();
  });
});

describe('what chat models can do', () => {
  it.each([
    ['gpt-5.2', 'tools vision reasoning structured-output'],
    ['openai/gpt-6-luna', 'tools vision reasoning structured-output'],
    ['gpt-oss-120b', 'tools reasoning structured-output'],
    ['gpt-4o-mini', 'tools vision structured-output'],
    ['gpt-3.5-turbo', 'tools'],
    ['claude-opus-4-6', 'tools vision reasoning structured-output'],
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'tools vision reasoning structured-output'],
    ['anthropic/claude-opus-4.8-fast', 'tools vision reasoning structured-output'],
    ['claude-3-5-sonnet', 'tools vision'],
    ['gemini-3.8-flash', 'tools vision reasoning structured-output'],
    ['accounts/fireworks/models/kimi-k2p6', 'tools vision reasoning structured-output'],
    ['z-ai/glm-4.6v', 'tools vision reasoning'],
    ['GLM-5.3', 'tools reasoning'],
    ['qwen/qwen3-vl-8b-thinking', 'tools vision'],
    ['meta.llama3-3-70b-instruct-v1:0', 'tools'],
    ['us.amazon.nova-micro-v1:0', 'tools'],
  ])('%s: %s', (model, expected) => {
    expect(capabilitiesOf(model)?.join(' ')).toBe(expected);
  });

  it('is unknown of a model that nobody has told us about', () => {
    expect(capabilitiesOf('acme-large')).toBeUndefined();
  });
});
