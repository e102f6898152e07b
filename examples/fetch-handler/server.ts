import { randomUUID } from 'node:crypto';
import { serve } from '../serve.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';
import { toListener } from './to-listener.ts';

const upstreams = await startUpstreams();
// In your app: your own login.
const password = process.env.OPERATOR_PASSWORD ?? randomUUID();
const { app, gateway } = buildApp(upstreams, password);
const origin = await serve(
  toListener((request) => app.fetch(request)),
  gateway,
  upstreams,
);
console.log(`Hono at ${origin}/ai/v1, Next.js-style routes at ${origin}/api/ai/v1 and ${origin}/api/chat. Try them:

  curl ${origin}/ai/v1/chat/completions -H 'authorization: Bearer team-token' -H 'content-type: application/json' -d '{"model":"gpt-5.2","messages":[{"role":"user","content":"Hello"}]}'

  curl -N ${origin}/api/chat -H 'content-type: application/json' -d '{"prompt":"Count to five"}'

The usage page:  ${origin}/gateway/  (user: operator, password: ${password})

Ctrl-C stops it.`);
