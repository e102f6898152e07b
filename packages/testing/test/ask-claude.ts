import Anthropic from '@anthropic-ai/sdk';
import type { SimulatedUpstream } from '../src/index.ts';

/* What the tests that use Anthropic's own SDK share. */

export const model = 'claude-opus-4-6';
type Question = Pick<Anthropic.MessageCreateParams, 'model' | 'max_tokens' | 'messages'>;

export const hello: Question = {
  model,
  max_tokens: 2048,
  messages: [{ role: 'user', content: 'Hello, big world' }],
};
export const weather: Anthropic.Tool = {
  name: 'weather',
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
    required: ['city', 'unit'],
  },
};

export function clientOf(upstream: SimulatedUpstream): Anthropic {
  return new Anthropic({ baseURL: upstream.baseURL, apiKey: 'sk-ant-test', maxRetries: 0 });
}
