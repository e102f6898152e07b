import { bytesPerToken, perMedia } from './estimate-tokens.ts';
import { weighBody } from './weigh-body.ts';

/** About how many tokens a body of JSON is to a vendor, where nobody tells: as `estimateTokens`, without parsing it. */
export function estimateInput(body: Uint8Array): number {
  const { text, files } = weighBody(body);
  return Math.max(1, Math.ceil(text / bytesPerToken) + files.length * perMedia);
}
