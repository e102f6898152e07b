import type { Finish } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { fieldsOf, wordOf } from '../shared/read.ts';

/** This API has no word for why a whole answer ended: what is in it says so. */
export function parseFinish(response: JsonObject, content: Iterable<AssistantBlock['type']>): Finish {
  const status = wordOf(response['status']) ?? 'completed';
  if (status === 'completed') return { reason: reasonOf(new Set(content)) };
  if (status !== 'incomplete') return { reason: 'other', raw: status };
  const reason = wordOf(fieldsOf(response['incomplete_details'])['reason']);
  if (reason === 'max_output_tokens') return { reason: 'length' };
  if (reason === 'content_filter') return { reason: 'content-filter' };
  return { reason: 'other', raw: reason ?? status };
}

function reasonOf(types: ReadonlySet<AssistantBlock['type']>): Finish['reason'] {
  if (types.has('tool-call')) return 'tool-calls';
  return types.has('refusal') ? 'refusal' : 'stop';
}

interface Ending {
  readonly status: 'completed' | 'incomplete';
  readonly incomplete_details: JsonObject | null;
}

/**
 * Everything that cut the answer short is `incomplete`. OpenAI has two reasons for it; where another one is meant, `detail`
 * says which. `hasRefusal`: the answer itself shows that the model declined, as OpenAI does it.
 */
export function renderFinish(finish: Finish, hasRefusal: boolean): Ending {
  switch (finish.reason) {
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
      return { status: 'completed', incomplete_details: null };
    case 'refusal':
      return hasRefusal
        ? { status: 'completed', incomplete_details: null }
        : cut('content_filter', 'refusal');
    case 'length':
      return cut('max_output_tokens');
    case 'context-length':
      return cut('max_output_tokens', finish.raw ?? finish.reason);
    case 'content-filter':
      return cut('content_filter');
    case 'prompt-blocked':
    case 'recitation':
      return cut('content_filter', finish.raw ?? finish.reason);
    default:
      return cut(finish.raw ?? finish.reason);
  }
}

function cut(reason: string, detail?: string): Ending {
  return {
    status: 'incomplete',
    incomplete_details: { reason, ...(detail === undefined ? {} : { detail }) },
  };
}
