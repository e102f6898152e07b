import { fieldsOf, listOf, stringOf } from '../dialects/shared/read.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { textsOf } from '../protocol/texts-of.ts';

/** Members that name a thing of a caller's, whatever its id looks like. */
const telling = /^(?:(?:\w+_)?file_ids?|training_file|validation_file|vector_store_ids?)$/;

/** How OpenAI's and Anthropic's ids look, wherever they stand: what comes after the prefix is made up by a machine. */
const looksLikeId =
  /^(?:file|upload|batch|msgbatch|ftjob|vs)[-_](?:[A-Za-z\d]{16,}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/** The longest that is taken for an id. */
const longest = 256;

/** The ids of other things that a body names. It is well formed. */
export function idsNamed(body: Buffer): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { key, text } of textsOf(body, longest))
    if (text !== '' && (telling.test(key) || looksLikeId.test(text))) ids.add(text);
  return ids;
}

/** What an upstream has made of a thing of a caller's, which is the caller's then: the results of a batch, say. */
export function idsMade(object: JsonObject): readonly string[] {
  const made: readonly (Json | undefined)[] = [
    object['output_file_id'],
    object['error_file_id'],
    ...listOf(object['result_files']),
    fieldsOf(object['file'])['id'],
  ];
  return made.filter((id) => typeof id === 'string' && id !== '').map(String);
}

export function idOf(object: Json | undefined): string | undefined {
  return stringOf(fieldsOf(object)['id']);
}
