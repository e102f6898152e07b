import { GatewayError } from '../../errors.ts';
import type { FilteredImage } from '../../protocol/image.ts';

/** Nothing is left of what was asked for: the error that OpenAI answers with then. Another model may not mind. */
export function allFiltered(filtered: readonly FilteredImage[]): GatewayError {
  const reasons = [...new Set(filtered.map(({ reason }) => reason))].join(', ');
  const error = {
    message: `Your request was rejected by the safety system of the model: ${reasons}.`,
    type: 'image_generation_user_error',
    param: null,
    code: 'moderation_blocked',
  };
  const body = Buffer.from(JSON.stringify({ error }));
  const answer = { status: 400, headers: { 'content-type': 'application/json' }, body };
  return new GatewayError(
    'VE_UPSTREAM_STATUS',
    { upstreamStatus: 400 },
    { failure: { retry: 'never', health: 'success', sent: true, refusal: 'content-filter', answer } },
  );
}
