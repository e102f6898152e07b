import { mediaFamilies } from './families.ts';
import { mediaFormats } from './formats.ts';
import { jobFormats } from './job-formats.ts';

/** Both sides of every kind of media; any format can serve any family of its kind. */
export const media: {
  readonly families: typeof mediaFamilies;
  readonly formats: typeof mediaFormats;
  readonly jobs: typeof jobFormats;
} = { families: mediaFamilies, formats: mediaFormats, jobs: jobFormats };
