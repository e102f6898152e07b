import type { AnswerFeature } from './answer-feature.ts';
import { calls } from './calls.ts';
import { content } from './content.ts';
import { endings } from './endings.ts';
import { tiers, usages } from './usage.ts';

export const answerFeatures: readonly AnswerFeature[] = [
  ...content,
  ...calls,
  ...endings,
  ...usages,
  ...tiers,
];
