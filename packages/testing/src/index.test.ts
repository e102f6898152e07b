import { expect, test } from 'vitest';
import * as testing from './index.ts';

test('the package exports these names and no others', () => {
  expect(Object.keys(testing).toSorted()).toEqual([
    'checkAccounts',
    'checkBlobStore',
    'checkCacheTier',
    'checkKeys',
    'checkLedger',
    'checkLimits',
    'checkMount',
    'checkStore',
    'checkTaskStore',
    'manualClock',
    'replay',
    'selfSignedCertificate',
    'simulatedAnthropic',
    'simulatedAzureOpenAI',
    'simulatedBedrock',
    'simulatedCohere',
    'simulatedGemini',
    'simulatedJina',
    'simulatedMidjourney',
    'simulatedOpenAI',
    'simulatedOpenAICompatible',
    'simulatedVertex',
    'simulatedVideoTasks',
    'simulatedVoyage',
    'simulatedXai',
  ]);
});
