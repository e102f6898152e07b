import type { ChatDialect } from '../../../../packages/core/src/protocol/content.ts';
import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import type { FaceDialect } from '../faces.ts';
import type { Pattern } from '../fits.ts';

/** Something that a caller can ask for. */
export interface Feature {
  readonly name: string;
  /** Fields of the request, in the words of each dialect that has words for it. */
  readonly said: Readonly<Partial<Record<FaceDialect, JsonObject>>>;
  /** What an upstream has received that understood it; left out where its dialect has no words for it. */
  readonly heard: Readonly<Partial<Record<ChatDialect, Pattern>>>;
  /** The names under which it may be named as left out. */
  readonly told: RegExp;
}

/** Not left out by anybody. */
export const never: RegExp = /^$/;

/** What a user says, in each dialect: as a request's fields, and as what an upstream must have received. */
export const ofUser: {
  readonly chat: (...parts: readonly JsonObject[]) => JsonObject;
  readonly responses: (...parts: readonly JsonObject[]) => JsonObject;
  readonly messages: (...parts: readonly JsonObject[]) => JsonObject;
  readonly gemini: (...parts: readonly JsonObject[]) => JsonObject;
  readonly bedrock: (...parts: readonly JsonObject[]) => JsonObject;
} = {
  chat: (...content) => ({ messages: [{ role: 'user', content }] }),
  responses: (...content) => ({ input: [{ role: 'user', content }] }),
  messages: (...content) => ({ messages: [{ role: 'user', content }] }),
  gemini: (...parts) => ({ contents: [{ role: 'user', parts }] }),
  bedrock: (...content) => ({ messages: [{ role: 'user', content }] }),
};
