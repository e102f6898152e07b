import { serve } from '../serve.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';

const upstreams = await startUpstreams();
const { app, gateway } = buildApp(upstreams);
gateway.on('end', ({ request, status, milliseconds }) => {
  console.log(
    `${request?.principal?.id ?? 'stranger'} ${request?.model ?? '-'} ${status} ${milliseconds.toFixed(0)} ms`,
  );
});
const origin = await serve(app.callback(), gateway, upstreams);
console.log(`Koa with Vector Engine below ${origin}/ai/v1. Try it:

  curl ${origin}/ai/v1/chat/completions -H 'authorization: Bearer ada-token' -H 'content-type: application/json' -d '{"model":"gpt-5.2","messages":[{"role":"user","content":"Hello"}]}'

The usage page:  ${origin}/gateway/

Ctrl-C stops it.`);
