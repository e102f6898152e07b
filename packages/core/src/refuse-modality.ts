import type { Modality } from './catalog/modality.ts';
import { GatewayError } from './errors.ts';
import type { Modalities } from './model-modalities.ts';
import type { Call } from './protocol/call.ts';
import type { MediaOperation } from './protocol/media.ts';

/** What a model has to be for. */
const wanted: Readonly<Record<MediaOperation, Modality>> = {
  embeddings: 'embedding',
  rerank: 'rerank',
  moderations: 'moderation',
  images: 'image',
  'image-edits': 'image',
  'image-variations': 'image',
  speech: 'speech',
  transcriptions: 'transcription',
  translations: 'transcription',
  video: 'video',
};

const words: Readonly<Record<Modality, string>> = {
  chat: 'talks',
  completion: 'completes texts',
  embedding: 'makes embeddings',
  rerank: 'ranks documents',
  moderation: 'judges texts',
  image: 'makes images',
  speech: 'speaks',
  transcription: 'writes down what is spoken',
  video: 'makes videos',
  realtime: 'talks in real time',
};

/** Those who talk may do other things as well: who serves them knows. */
const many: ReadonlySet<Modality> = new Set(['chat', 'realtime']);
const mostNames = 10;

/**
 * Refuses a model that is known to be for something else than what is asked of it.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` that names models that can do it
 */
export function refuseModality(
  { model }: Pick<Call, 'model'>,
  operation: MediaOperation,
  modalities: Modalities,
): void {
  const modality = modalities.of(model);
  const need = wanted[operation];
  if (modality === undefined || modality === need || many.has(modality)) return;
  const names = modalities.namesOf(need, mostNames).map((name) => `'${name}'`);
  const others = names.length === 0 ? ', and there is none here' : `: ${names.join(', ')}`;
  const reason = `'${model}' ${words[modality]}; this needs a model that ${words[need]}${others}`;
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: 'model', reason });
}
