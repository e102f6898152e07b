import { uuidOf } from '../wire/hash-text.ts';
import type { Complaint, WordedError } from './dialect.ts';
import { refusedContent, wordOpenAIError } from './openai-errors.ts';

/*
 * Azure's own words, as quoted in SciSharp/BotSharp#386 (401), in a recorded content filter refusal (400), and in
 * Azure's documentation of quotas and errors. What Azure passes through from the model is worded as OpenAI words it.
 */

const support =
  'You can retry your request, or contact us through an Azure support request at: https://go.microsoft.com/fwlink/?linkid=2213926';

export function wordAzureError(complaint: Complaint): WordedError {
  switch (complaint.type) {
    case 'key-missing':
    case 'key-wrong':
      return coded(
        401,
        '401',
        'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
      );
    case 'url-unknown':
    case 'method-wrong':
      return coded(404, '404', 'Resource not found');
    case 'model-unknown':
      return coded(
        404,
        'DeploymentNotFound',
        'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
      );
    case 'content-refused':
      return {
        status: 400,
        body: {
          error: refusedContent(`Azure support ticket and include the request ID ${uuidOf(complaint.seed)}`),
        },
      };
    case 'status':
      return wordStatus(complaint.status, complaint.model);
    default:
      return wordOpenAIError(complaint);
  }
}

function wordStatus(status: number, model: string): WordedError {
  switch (status) {
    case 400:
      return { status, body: { error: contentFiltered } };
    case 401:
      return wordAzureError({ type: 'key-missing' });
    case 404:
      return wordAzureError({ type: 'model-unknown', model, operation: 'chat' });
    case 429:
      return {
        ...coded(
          429,
          '429',
          'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 1 second. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.',
        ),
        headers: { 'retry-after': '1', 'retry-after-ms': '1000', 'x-ratelimit-remaining-tokens': '0' },
      };
    case 500:
      return server(status, `The server had an error processing your request. Sorry about that! ${support}`);
    case 503:
      return server(status, `That model is currently overloaded with other requests. ${support}`);
    default:
      return wordOpenAIError({ type: 'status', status, model });
  }
}

const contentFiltered = {
  message:
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
  type: null,
  param: 'prompt',
  code: 'content_filter',
  status: 400,
  innererror: {
    code: 'ResponsibleAIPolicyViolation',
    content_filter_result: {
      hate: { filtered: true, severity: 'high' },
      jailbreak: { filtered: false, detected: false },
      self_harm: { filtered: false, severity: 'safe' },
      sexual: { filtered: false, severity: 'safe' },
      violence: { filtered: true, severity: 'medium' },
    },
  },
};

function coded(status: number, code: string, message: string): WordedError {
  return { status, body: { error: { code, message } } };
}

function server(status: number, message: string): WordedError {
  return { status, body: { error: { message, type: 'server_error', param: null, code: null } } };
}
