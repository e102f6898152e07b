import { hexOf, uuidOf } from '../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readList } from '../wire/read-json.ts';
import { wordAzureError } from './azure-errors.ts';
import type { Dialect } from './dialect.ts';
import { openAIDialect } from './openai-dialect.ts';
import { streamErrorOf } from './stream-error-of.ts';

/** Of OpenAI's media Azure lacks two. */
const {
  moderations: _moderations,
  'image-variations': _variations,
  ...media
}: Dialect['media'] = openAIDialect.media;

const safe: JsonObject = { filtered: false, severity: 'safe' };
const contentFilter: JsonObject = { hate: safe, self_harm: safe, sexual: safe, violence: safe };
const promptFilter: readonly JsonObject[] = [
  {
    prompt_index: 0,
    content_filter_results: {
      hate: safe,
      jailbreak: { filtered: false, detected: false },
      self_harm: safe,
      sexual: safe,
      violence: safe,
    },
  },
];

/** OpenAI's models behind Azure: deployments for models, content filter results everywhere. `deployments`: name to model. */
export function azureDialect(deployments: Readonly<Record<string, string>>): Dialect {
  return {
    ...openAIDialect,
    name: 'azure',
    basePaths: ['/openai/v1', '/openai'],
    media,
    models: Object.keys(deployments),
    nameAnswer: (deployment) => openAIDialect.nameAnswer(deployments[deployment] ?? deployment),
    stream: {
      ...openAIDialect.stream,
      firstDelta: (begins) => ({
        content: begins === 'text' ? '' : null,
        refusal: null,
        role: 'assistant',
      }),
      choice: (choice, part) => ({
        content_filter_results: part?.type === 'text-delta' ? contentFilter : {},
        ...choice,
      }),
      preamble: () => [
        { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: promptFilter },
      ],
    },
    whole: (answer) => ({
      ...answer,
      choices: readList(answer.choices)
        .filter(isJsonObject)
        .map((choice) => ({ content_filter_results: contentFilter, ...choice })),
      prompt_filter_results: promptFilter,
    }),
    readKey: (headers) => {
      const key = headers['api-key'];
      return typeof key === 'string' ? key : openAIDialect.readKey(headers);
    },
    headers: ({ seed, count, model }) => ({
      'apim-request-id': uuidOf(seed),
      'x-request-id': uuidOf(`${seed} request`),
      'x-ms-client-request-id': uuidOf(seed),
      'x-ms-region': 'Sweden Central',
      'x-ms-rai-invoked': 'true',
      ...(model === undefined ? {} : { 'x-ms-deployment-name': model }),
      'azureml-model-session': `d${hexOf(seed, 3)}-20260101000000`,
      'x-ratelimit-limit-requests': '120',
      'x-ratelimit-remaining-requests': String(Math.max(0, 120 - count)),
      'x-ratelimit-limit-tokens': '120000',
      'x-ratelimit-remaining-tokens': '119984',
      'set-cookie': `ARRAffinity=${hexOf(seed, 64)}; Path=/; HttpOnly; Secure`,
      'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
      'x-content-type-options': 'nosniff',
    }),
    wordError: wordAzureError,
    streamError: streamErrorOf(wordAzureError),
  };
}
