// Importing undici replaces the dispatcher of the host's own `fetch` (nodejs/undici#5500), with properties that can
// not be deleted afterwards. Placeholders make it leave the host alone; they go once undici is in. The order matters.
// biome-ignore-start assist/source/organizeImports: the placeholders must be there before undici is loaded
import { removePlaceholders } from './undici-placeholders.ts';
import { Pool } from 'undici';
// biome-ignore-end assist/source/organizeImports: see above

removePlaceholders();

export { Pool };
