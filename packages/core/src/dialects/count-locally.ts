import type { Answer } from '../protocol/answer.ts';
import type { Call } from '../protocol/call.ts';
import { previousNotFound } from '../protocol/previous.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { codecOf } from './load-codecs.ts';

/**
 * The answer to a count where no upstream of the model can be asked: an estimate, and it says so.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`; `VE_PREVIOUS_NOT_FOUND` where a part of it is not known here
 */
export async function countLocally(call: Call): Promise<Answer> {
  await call.resolveItems();
  const { previousId, previous } = call;
  if (previousId !== undefined && previous === undefined) throw previousNotFound(previousId);
  const count = estimateTokens(call.canonical());
  const body = codecOf(call.dialect).countTokens?.renderCount(count) ?? {};
  return {
    kind: 'verbatim',
    status: 200,
    headers: { 'content-type': 'application/json', 'x-vector-estimated': 'true' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
