import type { ImageRequest } from '../../protocol/image.ts';
import { nameUntold } from '../shared/name-untold.ts';
import { unsupported } from '../shared/refuse.ts';

/**
 * What the vendor is not told of what the caller asked for, beside the prompt and the pictures. In which form the pictures
 * are given, and that one is made, is the gateway's to see to; so is a stream of whole ones.
 */
export function untoldOf(request: ImageRequest, told: readonly string[]): readonly string[] {
  const { n, size, delivery, stream } = request;
  return nameUntold(
    {
      n: n === 1 ? undefined : n,
      size: size?.kind === 'auto' ? undefined : size?.text,
      aspect_ratio: request.aspectRatio,
      resolution: request.resolution,
      quality: request.quality,
      style: request.style,
      background: request.background,
      output_format: request.outputFormat,
      output_compression: request.outputCompression,
      // Events hold the pictures themselves.
      response_format: stream && delivery === 'url' ? delivery : undefined,
      moderation: request.moderation,
      user: request.user,
      partial_images: request.partialImages,
      input_fidelity: request.inputFidelity,
      ...request.extra,
    },
    told,
  );
}

/** A vendor that changes whole pictures only: what is left out of a mask changes too. @throws GatewayError `VE_PARAMETER_UNSUPPORTED` */
export function refuseMask({ mask, files: [other], model }: ImageRequest): void {
  if (mask !== undefined) throw unsupported('mask', model);
  if (other !== undefined) throw unsupported(other[0], model);
}
