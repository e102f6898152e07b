import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../../packages/core/src/protocol/json.ts';

/** A field without which nothing else goes out, and nothing is named. */
export interface Missing {
  readonly path: string;
  readonly value: Json | undefined;
}

/** What need not arrive, and need not be named: nobody is told less without it. */
const unmissed: readonly (readonly [reason: string, fits: (missing: Missing) => boolean])[] = [
  ['the name of the model is replaced by that of the target', at(/^model$/)],
  ['Gemini and Bedrock say it in the path', at(/^stream$/)],
  ['the other fields tell the kind', at(/(^|\.)(type|role)$/)],
  ['free text is what is taken anyway', is(/\.format$/, { type: 'text' })],
  ['the bytes, or the address, tell the format', at(/\.(media_type|mimeType|format)$/)],
  ['the order tells which call it answers', at(/\.(tool_call_id|functionResponse\.(id|name))$/)],
  ['the call that it answers has the name', at(/^messages\.2\.name$/)],
  ['there is no other', is(/\.prompt_cache_breakpoint\.mode$/, 'explicit')],
  ['code runs in a container of its own anyway', is(/\.container$/, { type: 'auto' })],
  ['a call that must be made fits its schema anyway', at(/\.toolSpec\.strict$/)],
  ['the schema is enforced anyway', at(/(json_schema|text\.format)\.strict$/)],
  ['the model does not think unasked', is(/^reasoning_effort$/, 'none')],
  ['the model does not think unasked', is(/^reasoning$/, { effort: 'none' })],
  ['the model does not think unasked', is(/^thinking$/, { type: 'disabled' })],
  ['the model does not think unasked', is(/^generationConfig$/, { thinkingConfig: { thinkingBudget: 0 } })],
  ['what there is to show is shown unasked', is(/^thinking\.display$/, 'summarized')],
  ['what there is to show is shown unasked', is(/thinkingConfig\.includeThoughts$/, true)],
  ['nothing is shown unasked', is(/^thinking\.display$/, 'omitted')],
  ['nothing is shown unasked', is(/thinkingConfig\.includeThoughts$/, false)],
  ['a schema is of JSON anyway', at(/^generationConfig\.responseMimeType$/)],
  ['only some have names for a schema', at(/\.jsonSchema\.name$/)],
  ['the kind of the tool is its name', at(/^tools\.0\.name$/)],
  ['its mark is named as a whole', at(/\.cache_control\.(ttl|type)$/)],
  ['it is for Anthropic to check a citation by', at(/\.encrypted_index$/)],
  ['it says nothing', at(/\.(status|id)$/)],
  ['it is empty', ({ value }) => isDeepStrictEqual(value, []) || isDeepStrictEqual(value, {})],
  ["a model's thoughts are shown to their own provider only", isThought],
];

function at(paths: RegExp): (missing: Missing) => boolean {
  return ({ path }) => paths.test(path);
}

function is(paths: RegExp, expected: Json): (missing: Missing) => boolean {
  return ({ path, value }) => paths.test(path) && isDeepStrictEqual(value, expected);
}

/** A block of reasoning, a message of nothing else, or the signature of one. */
function isThought({ path, value }: Missing): boolean {
  const text = JSON.stringify(value);
  if (!/^(messages|input|contents)\b/.test(path)) return false;
  const isBlock = /"(reasoning|thinking|redacted_thinking|reasoningContent|thought)"/.test(text);
  return isBlock || /\.(signature|thoughtSignature|encrypted_content|summary)$/.test(path);
}

/** Why nobody misses it; undefined where somebody does. */
export function reasonFor(missing: Missing): string | undefined {
  return unmissed.find(([, fits]) => fits(missing))?.[0];
}

export const reasons: readonly string[] = [...new Set(unmissed.map(([reason]) => reason))];
