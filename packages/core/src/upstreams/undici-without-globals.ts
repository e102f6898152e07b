/**
 * Importing undici replaces the dispatcher of the host's own `fetch` (nodejs/undici#5500), with properties that can
 * not be deleted afterwards. A placeholder in the right place makes it leave the host alone; it goes once undici is in.
 */
import { removePlaceholders } from './undici-placeholders.ts';
import { Agent } from 'undici';

removePlaceholders();

export { Agent };
