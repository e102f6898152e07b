import type { JobFormat, VideoRequest } from '../../protocol/job.ts';
import type { Download } from '../../protocol/media.ts';
import { invalidHere } from '../shared/refuse.ts';

/**
 * With the bytes of the picture that the video begins with, where the caller tells its address and the vendor takes none.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` for what is no picture; whatever `fetch` throws
 */
export async function fetchStart(
  request: VideoRequest,
  { takesAddresses = false }: Pick<JobFormat<VideoRequest>, 'takesAddresses'>,
  fetch: (url: string) => Promise<Download>,
): Promise<VideoRequest> {
  const { image } = request;
  if (takesAddresses || image === undefined || !('url' in image)) return request;
  const { type, body } = await fetch(image.url);
  const [found = ''] = type.split(';');
  if (!/^image\//i.test(found)) throw invalidHere('input_reference', 'what is at its address is no picture');
  return { ...request, image: { bytes: body, type: found.trim() } };
}
