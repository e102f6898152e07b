import type { EmbeddingsRequest } from '../../protocol/embeddings.ts';
import { nameUntold } from '../shared/name-untold.ts';
import { invalidHere } from '../shared/refuse.ts';

/** What the vendor is not told of what the caller asked for, beside the inputs. */
export function untoldOf(request: EmbeddingsRequest, told: readonly string[]): readonly string[] {
  const { dimensions, user, task, extra } = request;
  const named = task === undefined ? {} : { [task.parameter]: task.word };
  return nameUntold({ dimensions, user, ...named, ...extra }, told);
}

/** The inputs, of which none may be tokens: they mean something to the models of one vendor only. @throws GatewayError `VE_PARAMETER_INVALID` */
export function textsOf({ inputs }: EmbeddingsRequest): readonly string[] {
  return inputs.map((input) => {
    if (typeof input === 'string') return input;
    throw invalidHere('input', 'this model takes text; tokens are those of one vendor');
  });
}
