// Importing zod adds two globals. They go once zod is in, if the host did not have them before. The order matters.
// biome-ignore-start assist/source/organizeImports: what is missing must be known before zod is loaded
import { removeZodGlobals } from './zod-globals.ts';
import { z } from 'zod';
// biome-ignore-end assist/source/organizeImports: see above

removeZodGlobals();

export { z };
