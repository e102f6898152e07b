import type { Upstream } from '@vector-engine/core';
import { z } from 'zod';
import type { Host, Stand } from './stand.ts';

/** An official client with nothing changed but its address and key, and what is asked of each. */
export interface Client {
  readonly name: string;
  readonly speaks: Upstream['dialect'];
  /** With the next turn it returns what the model thought, in every word of its own format for it. */
  readonly givesThoughtsBack: boolean;
  /** It hands on what the model thought, where the provider shows it. */
  readonly showsThoughts: boolean;
  /** By the client's own helpers; what it throws, this throws. */
  ask(stand: Stand, question: Question): Promise<Said>;
  /** Lets the model call the tools until it has an answer, by the client's own loop, with reasoning on. */
  useTools(
    stand: Stand,
    options: { readonly tools: readonly Tool[]; readonly stream: boolean },
  ): Promise<string>;
  /**
   * One conversation: each of the models is asked the next question in turn, is told all that was said before, calls the
   * tool and answers. Resolves with the answers.
   */
  converse(host: Host, models: readonly string[], tool: Tool): Promise<readonly unknown[]>;
  /** Asks for an object that fits `town`, and gives it as the client parsed it. */
  makeTown(stand: Stand): Promise<unknown>;
  /** Its words for how an answer ended; undefined where it has none, an error where it raises one. */
  readonly finishes: Readonly<Record<'stop' | 'length' | 'filter', unknown>>;
  readonly errors: Readonly<Record<Mishap, ExpectedError>>;
  /** In seconds, as an error tells it; left out where the client's errors do not. */
  retryAfter?(error: unknown): unknown;
}

export interface Question {
  readonly prompt: string;
  readonly stream?: boolean;
  readonly system?: string;
  /** A PNG, in base64. */
  readonly image?: string;
  readonly reasoning?: boolean;
  /** Another key than the one that is let in. */
  readonly key?: string;
  /** Another model than the one that is served. */
  readonly model?: string;
  readonly signal?: AbortSignal;
  /** Told each piece of text of a stream. */
  readonly onDelta?: (text: string) => unknown;
}

export interface Said {
  readonly text: string;
  /** Empty where the client shows none. */
  readonly reasoning: string;
  /** In the client's own word. */
  readonly finish: unknown;
  readonly input: number | undefined;
  readonly output: number | undefined;
}

/** What can go wrong, from the client's point of view. */
export type Mishap = 'wrongKey' | 'unknownModel' | 'limited' | 'tooLong' | 'midStream';

export interface ExpectedError {
  readonly type: abstract new (...parameters: never[]) => unknown;
  readonly like: object;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: z.ZodObject;
  readonly run: (input: unknown) => string;
}

export const town: z.ZodObject<{
  name: z.ZodString;
  people: z.ZodNumber;
  twins: z.ZodArray<z.ZodString>;
}> = z.object({ name: z.string(), people: z.number(), twins: z.array(z.string()) });

/** Tools whose results are told apart by what they were called with, and what they were called with so far. */
export function makeTools(): { readonly tools: readonly Tool[]; readonly calls: unknown[] } {
  const calls: unknown[] = [];
  return {
    calls,
    tools: [
      {
        name: 'now',
        description: 'The time of day.',
        parameters: z.object({}),
        run: (input) => {
          calls.push(['now', input]);
          return 'noon';
        },
      },
      {
        name: 'weather',
        description: 'The weather somewhere.',
        parameters: z.object({ place: z.string(), days: z.number(), exact: z.boolean() }),
        run: (input) => {
          calls.push(['weather', input]);
          return z.object({ place: z.string() }).parse(input).place === '' ? '0' : 'rain';
        },
      },
    ],
  };
}
