import { says } from '../fits.ts';
import {
  type AnswerFeature,
  candidate,
  completion,
  converse,
  first,
  item,
  message,
  outputText,
  response,
} from './answer-feature.ts';

const png = 'iVBORw0KGgo=';
const url = 'https://example.com';

const token = (text: string) => ({ token: text, logprob: -0.5, bytes: null });
const geminiToken = (text: string) => ({ token: text, tokenId: 1, logProbability: -0.5 });

export const content: readonly AnswerFeature[] = [
  {
    name: 'Text',
    said: {
      'openai-chat': completion({ content: 'Rome' }),
      'openai-responses': response([item(outputText('Rome'))]),
      'anthropic-messages': message([{ type: 'text', text: 'Rome' }]),
      gemini: candidate([{ text: 'Rome' }]),
      bedrock: converse([{ text: 'Rome' }]),
    },
    heard: {
      'openai-chat': first.chat({ role: 'assistant', content: 'Rome' }),
      'openai-responses': { output: [{ type: 'message', content: [{ type: 'output_text', text: 'Rome' }] }] },
      'anthropic-messages': { content: [{ type: 'text', text: 'Rome' }] },
      gemini: first.gemini([{ text: 'Rome' }]),
    },
  },
  {
    name: 'Thoughts',
    said: {
      'openai-chat': completion({ reasoning_content: 'Hm', content: 'Rome' }),
      'openai-responses': response([
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] },
        item(outputText('Rome')),
      ]),
      'anthropic-messages': message([
        { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
        { type: 'text', text: 'Rome' },
      ]),
      gemini: candidate([{ text: 'Hm', thought: true }, { text: 'Rome' }]),
      bedrock: converse([
        { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } },
        { text: 'Rome' },
      ]),
    },
    heard: {
      'openai-chat': first.chat({ reasoning_content: 'Hm', content: 'Rome' }),
      'openai-responses': {
        output: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }] }],
      },
      'anthropic-messages': {
        content: [
          { type: 'thinking', thinking: 'Hm' },
          { type: 'text', text: 'Rome' },
        ],
      },
      gemini: first.gemini([{ text: 'Hm', thought: true }, { text: 'Rome' }]),
    },
  },
  {
    name: 'Citations of web pages',
    said: {
      'openai-chat': completion({
        content: 'Rome',
        annotations: [
          { type: 'url_citation', url_citation: { url, title: 'Rome', start_index: 0, end_index: 4 } },
        ],
      }),
      'openai-responses': response([
        item(
          outputText('Rome', {
            annotations: [{ type: 'url_citation', url, title: 'Rome', start_index: 0, end_index: 4 }],
          }),
        ),
      ]),
      'anthropic-messages': message([
        {
          type: 'text',
          text: 'Rome',
          citations: [
            {
              type: 'web_search_result_location',
              url,
              title: 'Rome',
              cited_text: 'Rome',
              encrypted_index: 'e',
            },
          ],
        },
      ]),
      gemini: candidate([{ text: 'Rome' }], {
        groundingMetadata: {
          groundingChunks: [{ web: { uri: url, title: 'Rome' } }],
          groundingSupports: [{ segment: { endIndex: 4, text: 'Rome' }, groundingChunkIndices: [0] }],
        },
      }),
      bedrock: converse([
        {
          citationsContent: {
            content: [{ text: 'Rome' }],
            citations: [{ title: 'Rome', location: { web: { url } } }],
          },
        },
      ]),
    },
    heard: {
      'openai-chat': first.chat({
        annotations: [
          { type: 'url_citation', url_citation: { url, title: 'Rome', start_index: 0, end_index: 4 } },
        ],
      }),
      'openai-responses': {
        output: [
          { content: [{ annotations: [{ type: 'url_citation', url, title: 'Rome', end_index: 4 }] }] },
        ],
      },
      'anthropic-messages': {
        content: [{ text: 'Rome', citations: [{ type: 'web_search_result_location', url, title: 'Rome' }] }],
      },
      gemini: {
        candidates: [{ groundingMetadata: says(/"uri":"https:\/\/example\.com"/) }],
      },
    },
  },
  {
    name: 'Refusals, in words',
    said: {
      'openai-chat': completion({ refusal: 'I cannot' }),
      'openai-responses': response([item({ type: 'refusal', refusal: 'I cannot' })]),
      'anthropic-messages': message([{ type: 'text', text: 'I cannot' }], { stop_reason: 'refusal' }),
    },
    heard: {
      'openai-chat': first.chat(says(/"I cannot"/), { finish_reason: /stop|content_filter/ }),
      'openai-responses': { output: [{ type: 'message', content: says(/"I cannot"/) }] },
      'anthropic-messages': { content: [{ type: 'text', text: 'I cannot' }], stop_reason: 'refusal' },
      gemini: first.gemini([{ text: 'I cannot' }], { finishReason: 'SAFETY' }),
    },
  },
  {
    name: 'Pictures',
    said: {
      'openai-chat': completion({
        images: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }],
      }),
      'openai-responses': response([
        { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: png },
      ]),
      gemini: candidate([{ inlineData: { mimeType: 'image/png', data: png } }]),
      bedrock: converse([{ image: { format: 'png', source: { bytes: png } } }]),
    },
    heard: {
      'openai-chat': first.chat({ images: [{ image_url: { url: `data:image/png;base64,${png}` } }] }),
      'openai-responses': { output: [{ type: 'image_generation_call', result: png }] },
      'anthropic-messages': { content: [{ type: 'image', source: { type: 'base64', data: png } }] },
      gemini: first.gemini([{ inlineData: { mimeType: 'image/png', data: png } }]),
    },
  },
  {
    name: 'Log probabilities',
    asked: {
      'openai-chat': { logprobs: true },
      'openai-responses': { include: ['message.output_text.logprobs'] },
      gemini: { generationConfig: { responseLogprobs: true } },
    },
    said: {
      'openai-chat': completion(
        { content: 'Rome' },
        { logprobs: { content: [{ ...token('Rome'), top_logprobs: [token('Rome')] }], refusal: null } },
      ),
      'openai-responses': response([
        item(outputText('Rome', { logprobs: [{ ...token('Rome'), top_logprobs: [token('Rome')] }] })),
      ]),
      gemini: candidate([{ text: 'Rome' }], {
        logprobsResult: {
          chosenCandidates: [geminiToken('Rome')],
          topCandidates: [{ candidates: [geminiToken('Rome')] }],
        },
      }),
    },
    heard: {
      'openai-chat': first.chat(
        {},
        { logprobs: { content: [{ token: 'Rome', logprob: -0.5, top_logprobs: [{ token: 'Rome' }] }] } },
      ),
      'openai-responses': {
        output: [
          { content: [{ logprobs: [{ token: 'Rome', logprob: -0.5, top_logprobs: [{ token: 'Rome' }] }] }] },
        ],
      },
      gemini: {
        candidates: [{ logprobsResult: { chosenCandidates: [{ token: 'Rome', logProbability: -0.5 }] } }],
      },
    },
  },
  {
    name: 'Several answers',
    asked: { 'openai-chat': { n: 2 }, gemini: { generationConfig: { candidateCount: 2 } } },
    said: {
      'openai-chat': {
        ...completion({}),
        choices: ['Rome', 'Bonn'].map((text, index) => ({
          index,
          message: { role: 'assistant', content: text },
          finish_reason: 'stop',
        })),
      },
      gemini: {
        ...candidate([]),
        candidates: ['Rome', 'Bonn'].map((text, index) => ({
          index,
          content: { role: 'model', parts: [{ text }] },
          finishReason: 'STOP',
        })),
      },
    },
    heard: {
      'openai-chat': {
        choices: [
          { index: 0, message: { content: 'Rome' } },
          { index: 1, message: { content: 'Bonn' } },
        ],
      },
      gemini: {
        candidates: [
          { content: { parts: [{ text: 'Rome' }] } },
          { index: 1, content: { parts: [{ text: 'Bonn' }] } },
        ],
      },
    },
  },
];
