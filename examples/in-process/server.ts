import { serve } from '../serve.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';

const upstreams = await startUpstreams();
const { app, gateway } = buildApp(upstreams);
const origin = await serve(app, gateway, upstreams);
console.log(`An app that calls models in process, on ${origin}. Try it:

  curl '${origin}/ask?question=Hello'

  curl -N '${origin}/stream?question=Count%20to%20five'

Ctrl-C stops it.`);
