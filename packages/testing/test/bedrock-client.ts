import { request as send } from 'node:http';
import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';
import type { SimulatedUpstream } from '../src/index.ts';

interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** AWS's own SDK, over HTTP/1.1: by itself it speaks HTTP/2, which it wants TLS for. */
export function bedrockClient(
  upstream: SimulatedUpstream,
  config: BedrockRuntimeClientConfig,
): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region: 'eu-central-1',
    endpoint: upstream.baseURL,
    maxAttempts: 1,
    ...config,
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: ({ method, path, headers, body }: AwsRequest) =>
        new Promise((resolve, reject) => {
          const sent = send({ method, path, headers, host: '127.0.0.1', port: upstream.port }, (answer) =>
            resolve({
              response: { statusCode: answer.statusCode, headers: answer.headers, body: answer },
            }),
          );
          sent.on('error', reject);
          sent.end(body);
        }),
    },
  });
}
