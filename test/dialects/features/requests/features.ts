import { content } from './content.ts';
import type { Feature } from './feature.ts';
import { output } from './output.ts';
import { service } from './service.ts';
import { toolChoices } from './tool-choices.ts';
import { toolResults } from './tool-results.ts';
import { toolFeatures } from './tools.ts';

/** In the order of the tables. */
export const features: readonly Feature[] = [
  ...content,
  ...toolFeatures,
  ...toolResults,
  ...toolChoices,
  ...output,
  ...service,
];
