import type { EndEvent } from '../protocol/events.ts';
import type { RequestStory } from './request-story.ts';

/** How the end of a request is told to listeners. */
export function makeEndEvent(story: RequestStory): EndEvent {
  const { continuations, error, cost, cache } = story;
  return {
    requestId: story.requestId ?? story.id,
    request: story.request,
    target: story.target,
    attempts: story.attempts,
    ...(continuations === 0 ? {} : { continuations }),
    status: story.status,
    ...(error === undefined ? {} : { error: error.code }),
    usage: story.usage,
    ...(cost === undefined ? {} : { cost }),
    ...(cache === undefined ? {} : { cache }),
    firstByteMilliseconds: story.firstByteMilliseconds,
    milliseconds: story.milliseconds,
  };
}
