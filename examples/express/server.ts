import { serve } from '../serve.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';
import { describeStart } from './describe-start.ts';

const upstreams = await startUpstreams();
const { app, gateway } = buildApp(upstreams);
const origin = await serve(app, gateway, upstreams);
console.log(describeStart(origin, upstreams));
