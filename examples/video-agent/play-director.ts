import type { AnswerScript, ScriptedReply } from '@vector-engine/testing';
import { agentInstructions } from './ask-for-video.ts';
import { type Scene, type Storyboard, writerInstructions } from './write-storyboard.ts';

/** What a simulated chat model says in this example, whichever vendor's it is; to anything else what it says by itself. */
export const playDirector: AnswerScript = ({ body }) => {
  const asked = JSON.stringify(body);
  if (asked.includes(writerInstructions))
    return JSON.stringify(storyboardOf(find(asked, /Topic: ([^"\\]+)/) ?? 'a film'));
  return asked.includes(agentInstructions) ? actAsAgent(asked) : undefined;
};

/** First the tool, then the address that it gave. */
function actAsAgent(asked: string): ScriptedReply {
  const url = find(asked, /(https?:[^"\\\s]+\/content\?[^"\\\s]+)/);
  if (url !== undefined) return { content: `I have made a video of it: ${url}` };
  const error = find(asked, /\\"error\\":\\"([^"\\]+)/);
  if (error !== undefined) return { content: `There is no video: ${error}` };
  const question = find(asked, /"role":"user".*?"(?:text|content)":"([^"\\]+)"/) ?? 'what you asked for';
  return { toolCalls: [{ name: 'generate_video', arguments: { prompt: `${question}, slow pan, dusk` } }] };
}

const scene = (title: string, picture: string, motion: string): Scene => ({ title, picture, motion });

function storyboardOf(topic: string): Storyboard {
  return {
    title: topic,
    scenes: [
      scene('The calm', `${topic}: a wide view at dawn, soft light.`, 'The camera glides in from afar.'),
      scene('The storm', `${topic}: dark clouds, rain, wind.`, 'Lightning; the camera shakes.'),
      scene('The morning after', `${topic}: clear air, long shadows.`, 'The camera rises slowly.'),
    ],
  };
}

function find(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[1];
}
