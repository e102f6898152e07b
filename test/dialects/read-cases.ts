import { readdirSync, readFileSync } from 'node:fs';
import type { Upstream } from '@vector-engine/core';
import type { Recording } from '@vector-engine/testing';

/** One recorded answer, and what the vendor's own SDK and the AI SDK made of it. */
export interface Case {
  readonly name: string;
  readonly dialect: Upstream['dialect'];
  readonly isStream: boolean;
  readonly recording: Recording;
  readonly expected: {
    readonly text: string;
    readonly reasoning: string;
    readonly toolCalls: readonly { readonly name: string; readonly args: unknown }[];
    readonly input: number;
    readonly output: number;
  };
}

const folder = new URL('../../../shared/fixtures/', import.meta.url);

const dialects: Readonly<Record<string, Upstream['dialect']>> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  messages: 'anthropic-messages',
  generateContent: 'gemini',
  converse: 'bedrock',
};

interface File {
  readonly api: string;
  readonly interactions: readonly {
    readonly response: {
      readonly status: number;
      readonly headers: Record<string, string>;
      readonly format: string;
      readonly text?: string;
      readonly body?: unknown;
      readonly base64?: string;
    };
  }[];
}

interface Expectation {
  readonly steps: readonly {
    readonly aiSdk?: {
      readonly text: string;
      readonly reasoning: string;
      readonly toolCalls: readonly { readonly name: string; readonly args: unknown }[];
      readonly usage?: { readonly input?: number; readonly output?: number };
      readonly thrown?: unknown;
    };
  }[];
}

/** The first answer of every recording that has an expectation and is no error. */
export function readCases(): Case[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.expected.json'))
    .toSorted()
    .flatMap((path) => {
      const name = path.replace('.expected.json', '');
      const file = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as File;
      const { steps } = JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as Expectation;
      const [first] = file.interactions;
      const read = steps[0]?.aiSdk;
      const dialect = dialects[file.api];
      if (first === undefined || read === undefined || read.thrown !== undefined || dialect === undefined)
        return [];
      const { status, headers, format, text, body, base64 } = first.response;
      return [
        {
          name,
          dialect,
          isStream: format !== 'json',
          recording: {
            status,
            headers: { 'content-type': contentTypes[format] ?? '', ...headers },
            body: base64 === undefined ? (text ?? JSON.stringify(body)) : Buffer.from(base64, 'base64'),
          },
          expected: {
            text: read.text,
            reasoning: read.reasoning,
            toolCalls: read.toolCalls.map(({ name: tool, args }) => ({ name: tool, args })),
            input: read.usage?.input ?? 0,
            output: read.usage?.output ?? 0,
          },
        },
      ];
    });
}

const contentTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  sse: 'text/event-stream',
  eventstream: 'application/vnd.amazon.eventstream',
};
