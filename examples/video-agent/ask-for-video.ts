import type OpenAI from 'openai';
import type { Studio } from './open-studio.ts';

export const agentInstructions =
  'You answer in one or two sentences. Where a video says it better, make one with generate_video, and give its address.';

type Message = OpenAI.ChatCompletionMessageParam;
type Called = OpenAI.ChatCompletionMessageToolCall;

const generateVideo: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'generate_video',
    description: 'Makes a video of some seconds, and gives the address at which it is.',
    parameters: {
      type: 'object',
      additionalProperties: false,
      required: ['prompt'],
      properties: { prompt: { type: 'string', description: 'What is to be seen, and how the camera moves' } },
    },
  },
};

/** Times that the model may go on after its tool. */
const mostTurns = 4;

/** Asks a chat model that may have a video made, if it thinks so, by whichever vendor makes videos. */
export async function askForVideo(studio: Studio, question: string): Promise<string> {
  const { client, crew } = studio;
  const messages: Message[] = [
    { role: 'system', content: agentInstructions },
    { role: 'user', content: question },
  ];
  for (let turn = 0; turn < mostTurns; turn++) {
    const tools = [generateVideo];
    const completion = await client.chat.completions.create({ model: crew.chat, messages, tools });
    const message = completion.choices[0]?.message;
    if (message === undefined) break;
    const { tool_calls: calls = [] } = message;
    if (calls.length === 0) return message.content ?? '';
    messages.push(message);
    for (const call of calls)
      messages.push({ role: 'tool', tool_call_id: call.id, content: await runTool(studio, call) });
  }
  throw new Error(`${crew.chat} has not come to an answer`);
}

/** What the model is told goes wrong is its to explain. */
async function runTool(studio: Studio, call: Called): Promise<string> {
  try {
    return JSON.stringify({ url: await makeVideo(studio, readPrompt(call)) });
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** A call for a picture, but with a model that makes videos: it waits, and the address needs no key. */
async function makeVideo({ client, crew }: Studio, prompt: string): Promise<string> {
  const { data } = await client.images.generate({ model: crew.video, prompt, response_format: 'url' });
  const url = data?.[0]?.url;
  if (url === undefined) throw new Error('it takes longer than expected; ask again in a minute');
  return url;
}

function readPrompt(call: Called): string {
  const given: unknown = call.type === 'function' ? JSON.parse(call.function.arguments) : undefined;
  const prompt = typeof given === 'object' && given !== null && 'prompt' in given ? given.prompt : undefined;
  if (typeof prompt !== 'string') throw new Error('prompt is missing');
  return prompt;
}
