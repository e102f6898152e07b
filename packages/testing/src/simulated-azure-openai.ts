import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { azureDialect } from './vendors/azure-dialect.ts';
import { createVendor } from './vendors/create-vendor.ts';
import { locateOperation, type Place } from './vendors/locate-operation.ts';
import { openAIDialect } from './vendors/openai-dialect.ts';
import { withRealtime } from './vendors/realtime/with-realtime.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';

export interface SimulatedAzureOptions extends ServerOptions, Omit<VendorOptions, 'models'> {
  /** Deployment names and the models behind them. Default: every model of OpenAI deployed under its own name. */
  readonly deployments?: Readonly<Record<string, string>>;
}

/**
 * An Azure OpenAI resource. `baseURL` is its v1 API; `origin` is what the SDK calls the endpoint, for requests to
 * `/openai/deployments/{deployment}/…?api-version=…`. Both have realtime. Keys come as `api-key` or as a Bearer token.
 */
export function simulatedAzureOpenAI(options: SimulatedAzureOptions = {}): Promise<SimulatedUpstream> {
  const deployments =
    options.deployments ?? Object.fromEntries(openAIDialect.models.map((model) => [model, model]));
  const dialect = azureDialect(deployments);
  const plain = createVendor(dialect, { ...options, locate });
  const vendor = withRealtime(plain, dialect, { ...options, locate: locateRealtime });
  return startServer(vendor, options);
}

function locate(path: string, query: URLSearchParams): Place | undefined {
  if (path.startsWith('/openai/v1/')) return locateOperation(path.slice('/openai/v1'.length));
  if (!query.has('api-version')) return undefined;
  const [, deployment, rest] = /^\/openai\/deployments\/([^/]+)(\/.+)$/.exec(path) ?? [];
  if (deployment === undefined || rest === undefined) {
    return path.startsWith('/openai/models') ? locateOperation(path.slice('/openai'.length)) : undefined;
  }
  const place = locateOperation(rest);
  return place === undefined ? undefined : { ...place, model: decodeURIComponent(deployment) };
}

/** https://learn.microsoft.com/azure/ai-foundry/openai/how-to/realtime-audio-websockets */
function locateRealtime(path: string, query: URLSearchParams): string | undefined {
  if (path === '/openai/v1/realtime') return query.get('model') ?? undefined;
  const isVersioned = path === '/openai/realtime' && query.has('api-version');
  return isVersioned ? (query.get('deployment') ?? undefined) : undefined;
}
