import type { ExampleUpstreams } from '../upstreams.ts';

/** What is printed at the start: what is served, and lines to try that work as they are. */
export function describeStart(origin: string, { models, real }: ExampleUpstreams): string {
  const isReal = (targets: readonly string[]): boolean => targets.some((target) => real.includes(target));
  const names = Object.keys(models);
  const simulated = names.filter((name) => !isReal(models[name] ?? []));
  const model = names.find((name) => isReal(models[name] ?? [])) ?? 'gpt-5.2';
  return `Vector Engine listens on ${origin}/v1

Real:      ${names.filter((name) => !simulated.includes(name)).join(', ') || 'none; put OPENAI_API_KEY (or another vendor’s key) into the environment'}
Simulated: ${simulated.join(', ') || 'none'}

Try it with curl:

  curl ${origin}/v1/models

  curl ${origin}/v1/chat/completions -H 'content-type: application/json' -d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'

  curl -N ${origin}/v1/chat/completions -H 'content-type: application/json' -d '{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Count to five"}]}'

The model that fits what is asked (the answer's x-vector-model tells which):

  curl -i ${origin}/v1/chat/completions -H 'content-type: application/json' -d '{"model":"auto","messages":[{"role":"user","content":"Write a poem about the sea"}]}'

The same models in Anthropic's format and in Google's, whoever serves them:

  curl ${origin}/v1/messages -H 'content-type: application/json' -d '{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Hello"}]}'

  curl ${origin}/v1beta/models/gemini-3.0-pro:generateContent -H 'content-type: application/json' -d '{"contents":[{"parts":[{"text":"Hello"}]}]}'

Or with the OpenAI SDK, in another terminal in this folder:

  node --input-type=module -e 'import OpenAI from "openai"; const client = new OpenAI({ apiKey: "any", baseURL: "${origin}/v1" }); const answer = await client.chat.completions.create({ model: "${model}", messages: [{ role: "user", content: "Hello" }] }); console.log(answer.choices[0].message.content)'

Ctrl-C stops it.`;
}
