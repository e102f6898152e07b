import { randomBytes } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { BlobStore } from '../protocol/task-store.ts';
import type { Settings } from '../settings/settings.ts';
import { LinkSigner } from '../tasks/sign-link.ts';
import { protocolError } from '../upstreams/classify-failure.ts';
import type { Egress } from '../upstreams/egress.ts';
import { fetchFile } from '../upstreams/fetch-file.ts';
import { FileDesk } from './file-desk.ts';

/** What hands out files: where they are kept, how their addresses are signed, and how those of upstreams are fetched. */
export function openFiles(
  { upstreams, secret, publicUrl, clock }: Settings,
  { egress, blobs }: { readonly egress: Egress; readonly blobs: BlobStore },
): FileDesk {
  return new FileDesk({
    blobs,
    // Made up, it is good for as long as the process is.
    signer: new LinkSigner(secret ?? randomBytes(32)),
    publicUrl,
    clock,
    fetch: (url, name) => {
      const upstream = name === undefined ? undefined : upstreams[name];
      const broken = (reason: string, cause?: unknown): GatewayError =>
        name === undefined
          ? new GatewayError(
              'VE_PARAMETER_INVALID',
              { parameter: 'image_url', reason: `the picture at its address: ${reason}` },
              { cause },
            )
          : protocolError(name, `a file that it names: ${reason}`, cause);
      return fetchFile(url, { upstream, egress, clock, broken });
    },
  });
}
