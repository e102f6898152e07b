import { Confidential } from '../src/protocol/confidential.ts';
import type { ContentRecord, LedgerEntry } from '../src/protocol/ledger.ts';

/** An entry as of a call that went well. */
export function ledgerEntry(fields: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: 'request-1',
    time: Date.UTC(2026, 10, 21, 9),
    tenant: 'acme',
    path: 'acme/research/alice',
    principal: 'alice',
    key: undefined,
    model: 'writer',
    served: 'gpt-5.2',
    upstream: 'openai',
    requestId: undefined,
    upstreamKey: '#1',
    operation: 'chat',
    status: 200,
    error: undefined,
    attempts: 1,
    inputTokens: 100,
    cachedTokens: undefined,
    cacheWriteTokens: undefined,
    outputTokens: 20,
    reasoningTokens: undefined,
    units: undefined,
    cost: 5000,
    priceSource: 'catalogue',
    isEstimated: false,
    saved: undefined,
    milliseconds: 800,
    firstByteMilliseconds: 300,
    cache: undefined,
    stream: true,
    tags: [],
    dropped: [],
    adjusted: [],
    redacted: undefined,
    notes: undefined,
    traceless: false,
    steps: undefined,
    ...fields,
  };
}

export function contentRecord(id: string, question: string): ContentRecord {
  return {
    id,
    time: Date.UTC(2026, 10, 21, 9),
    tenant: 'acme',
    question: new Confidential(question),
    answer: new Confidential(''),
  };
}
