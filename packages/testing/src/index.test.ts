import { expect, test } from 'vitest';
import * as testing from './index.ts';

test('the package exports these names and no others', () => {
  expect(Object.keys(testing).toSorted()).toEqual([
    'checkCacheTier',
    'checkMount',
    'checkStore',
    'manualClock',
    'replay',
    'selfSignedCertificate',
    'simulatedAnthropic',
    'simulatedAzureOpenAI',
    'simulatedBedrock',
    'simulatedGemini',
    'simulatedOpenAI',
    'simulatedOpenAICompatible',
    'simulatedVertex',
  ]);
});
