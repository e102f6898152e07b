import { codecOf } from './load-codecs.ts';
import type { StoredForms } from './openai-responses/stored.ts';

/** There once a request of the Responses API is read, and not before. */
export const storedForms = (): StoredForms => codecOf('openai-responses').stored;
