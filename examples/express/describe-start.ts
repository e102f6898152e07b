import type { ExampleUpstreams } from '../upstreams.ts';

const onlyMedia = ['midjourney', 'videos'];

/**
 * What is printed at the start: what is served, and lines to try that work as they are. `folder`: where the host keeps what is
 * to outlive it.
 */
export function describeStart(origin: string, { models, real }: ExampleUpstreams, folder: string): string {
  const isOf = (name: string, upstreams: readonly string[]): boolean =>
    (models[name] ?? []).some((target) => upstreams.includes(target.split('/')[0] ?? ''));
  const names = Object.keys(models);
  const simulated = names.filter((name) => !isOf(name, real));
  const talking = real.filter((upstream) => !onlyMedia.includes(upstream));
  const model = names.find((name) => isOf(name, talking)) ?? 'gpt-5.2';
  const json = "-H 'content-type: application/json' -d";
  return `Vector Engine listens on ${origin}/v1

The usage page:  ${origin}/gateway/

Real:      ${names.filter((name) => !simulated.includes(name)).join(', ') || 'none; put OPENAI_API_KEY (or another vendor’s key) into the environment'}
Simulated: ${simulated.join(', ') || 'none'}

Try it with curl:

  curl ${origin}/v1/models

  curl ${origin}/v1/chat/completions ${json} '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'

  curl -N ${origin}/v1/chat/completions ${json} '{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Count to five"}]}'

The model that fits what is asked (the answer's x-vector-model tells which):

  curl -i ${origin}/v1/chat/completions ${json} '{"model":"auto","messages":[{"role":"user","content":"Write a poem about the sea"}]}'

The same models in Anthropic's format and in Google's, whoever serves them:

  curl ${origin}/v1/messages ${json} '{"model":"claude-opus-4-6","max_tokens":1024,"messages":[{"role":"user","content":"Hello"}]}'

  curl ${origin}/v1beta/models/gemini-3.0-pro:generateContent ${json} '{"contents":[{"parts":[{"text":"Hello"}]}]}'

A picture, and one that takes its time; the answer has an address that needs no key:

  curl ${origin}/v1/images/generations ${json} '{"model":"gpt-image-2","prompt":"A lighthouse","response_format":"url"}'

  curl ${origin}/v1/images/generations ${json} '{"model":"midjourney-v7","prompt":"A lighthouse","size":"1792x1024"}'

Change the model, and have a video: in the same call, which waits for it, or as a job that is asked about:

  curl -i ${origin}/v1/images/generations ${json} '{"model":"sora-2-turbo","prompt":"A lighthouse in a storm","type":"video","duration":"10s"}'

  curl ${origin}/v1/videos ${json} '{"model":"veo-3-video","prompt":"A lighthouse in a storm","seconds":"8","size":"1280x720"}'

  curl ${origin}/v1/videos

Speech, what is heard in it, and vectors:

  curl ${origin}/v1/audio/speech ${json} '{"model":"gpt-4o-mini-tts","voice":"coral","input":"Hello"}' -o '${folder}/hello.mp3'

  curl ${origin}/v1/audio/transcriptions -F 'file=@${folder}/hello.mp3' -F model=whisper-1

  curl ${origin}/v1/embeddings ${json} '{"model":"gemini-embedding-001","input":["Hello","Goodbye"],"dimensions":256}'

Or with the OpenAI SDK, in another terminal in this folder:

  node --input-type=module -e 'import OpenAI from "openai"; const client = new OpenAI({ apiKey: "any", baseURL: "${origin}/v1" }); const answer = await client.chat.completions.create({ model: "${model}", messages: [{ role: "user", content: "Hello" }] }); console.log(answer.choices[0].message.content)'

What you have used this month, by model, and what it cost; and, for the operator on this machine, every call, the newest first:

  curl ${origin}/v1/usage

  curl '${origin}/admin/usage?group=model,day'

  curl '${origin}/admin/calls?format=csv'

Jobs and calls outlive the server: they are kept in ${folder}. Ctrl-C stops it.`;
}
