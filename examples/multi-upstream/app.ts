import { azureOpenAI, type Gateway, openai, openaiCompatible, vectorEngine } from '@vector-engine/express';
import {
  type SimulatedUpstream,
  simulatedAzureOpenAI,
  simulatedOpenAI,
  simulatedOpenAICompatible,
} from '@vector-engine/testing';
import express, { type Express } from 'express';

/** The three places that serve the one model of this example. Simulated, so that they can be broken on purpose. */
export interface Providers extends AsyncDisposable {
  readonly openai: SimulatedUpstream;
  readonly azure: SimulatedUpstream;
  readonly local: SimulatedUpstream;
}

export async function startProviders(): Promise<Providers> {
  const model = 'gpt-5.2';
  const [openaiServer, azure, local] = await Promise.all([
    simulatedOpenAI({ models: [model] }),
    simulatedAzureOpenAI({ deployments: { 'gpt-52-prod': model } }),
    simulatedOpenAICompatible({ vendor: 'ollama', models: ['llama3.3'] }),
  ]);
  return {
    openai: openaiServer,
    azure,
    local,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([openaiServer.close(), azure.close(), local.close()]);
    },
  };
}

/** `assistant` is OpenAI, else Azure, else a model on this machine. `POST /break/azure` and `POST /heal/azure` play fate. */
export function buildApp(providers: Providers): { app: Express; gateway: Gateway } {
  const app = express();
  const engine = vectorEngine({
    upstreams: {
      openai: openai({ apiKey: 'sk-simulated', baseURL: providers.openai.baseURL }),
      azure: azureOpenAI({ endpoint: providers.azure.origin, apiKey: 'simulated' }),
      local: openaiCompatible({ baseURL: providers.local.baseURL }),
    },
    models: { assistant: ['openai/gpt-5.2', 'azure/gpt-52-prod', 'local/llama3.3'] },
    breaker: { consecutiveFailures: 3, resetAfter: 2_000 },
    open: true,
  });
  app.use('/v1', engine);

  app.post('/:deed/:name', ({ params: { deed, name } }, response) => {
    const provider = name === 'openai' || name === 'azure' || name === 'local' ? providers[name] : undefined;
    if (provider === undefined || (deed !== 'break' && deed !== 'heal')) {
      response.status(404).json({ error: 'POST /break/{openai,azure,local} or /heal/{openai,azure,local}' });
      return;
    }
    if (deed === 'break') provider.fail({ type: 'status', status: 503 });
    else provider.heal();
    response.json({ [name]: deed === 'break' ? 'answers 503 from now on' : 'is well again' });
  });
  return { app, gateway: engine.gateway };
}
