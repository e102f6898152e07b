// A consumer's own code, in strict mode and with the declarations of all dependencies checked.
import { openai, vectorEngine } from '@vector-engine/koa';
import Koa from 'koa';

const app = new Koa();
const engine = vectorEngine(
  {
    identify: ({ hostname, ip }) => ({ tenant: hostname, id: ip }),
    upstreams: { openai: openai({ apiKey: 'k' }) },
    models: { writer: 'openai/gpt-5.2' },
  },
  { prefix: '/ai' },
);
app.use(engine);
export const names: 'writer'[] = engine.gateway.models().map(({ id }) => id);

// @ts-expect-error a prefix is a string
vectorEngine({ open: true, upstreams: { openai: openai({ apiKey: 'k' }) } }, { prefix: 1 });
