export { type Identify } from './access/identify-caller.ts';
export type { CacheStats } from './cache/response-cache.ts';
export type { LongPrice, PriceInDollars } from './catalog/price.ts';
export {
  type CloseOptions,
  createGateway,
  type Gateway,
  type GatewayStats,
  type Model,
} from './create-gateway.ts';
export type { TargetStats } from './create-targets.ts';
export { GatewayError, type GatewayErrorCode, type GatewayErrorDetails } from './errors.ts';
export type { ExplainedTarget, Explanation, LeftOutTarget } from './explain-call.ts';
export type { Route as HttpRoute } from './http/route-table.ts';
export type { Fetch } from './http/to-fetch.ts';
export { type NodeListener, type NodeListenerOptions, toNodeListener } from './http/to-node-listener.ts';
export { type MemoryStoreOptions, memoryStore } from './memory/memory-store.ts';
export type { GatewayCache, Invalidation } from './open-cache.ts';
export type { Answer, HeaderMap } from './protocol/answer.ts';
export type {
  CacheFinding,
  CacheKeeping,
  CacheKey,
  CacheSelection,
  CacheTier,
} from './protocol/cache-tier.ts';
export type { Call, Operation, Priority, RequestFacts, TargetName } from './protocol/call.ts';
export type { Clock } from './protocol/clock.ts';
export type {
  AttemptEvent,
  BalanceEvent,
  BreakerEvent,
  CacheOutcome,
  CacheTierEvent,
  EndEvent,
  GatewayEvents,
  ProbeEvent,
  RequestEvent,
  SharedEvent,
} from './protocol/events.ts';
export type { CallContext, Layer, Outcome, Send } from './protocol/layer.ts';
export type { Logger } from './protocol/logger.ts';
export type { Principal } from './protocol/principal.ts';
export type {
  Notice,
  OpeningNotice,
  ReachListener,
  RestNotice,
  SharedState,
} from './protocol/shared-state.ts';
export type { Store, StoreKey } from './protocol/store.ts';
export type { Price, TargetView } from './protocol/target-view.ts';
export type { Usage } from './protocol/usage.ts';
export type { Affinity } from './routing/affinity.ts';
export type { RouteRequest } from './routing/route-request.ts';
export type { Destination, NamedRouter, Router } from './routing/router.ts';
export { byCost, type CostRoutes } from './routing/routers/by-cost.ts';
export { byHour, type HourOptions, type HourRoutes } from './routing/routers/by-hour.ts';
export { bySize, type SizeRoute } from './routing/routers/by-size.ts';
export { byTag, byTenant, type ValueRoutes } from './routing/routers/by-tag.ts';
export { byTask, type Task, type TaskRoutes } from './routing/routers/by-task.ts';
export type { Strategy, StrategyName } from './routing/strategies/named.ts';
export type { OwnStrategy } from './routing/strategies/own.ts';
export type {
  AccessOptions,
  BreakerSettings,
  CacheOptions,
  FallbackOptions,
  GatewayOptions,
  HedgeOptions,
  ModelCacheOptions,
  ModelName,
  ModelOptions,
  ModelTimeoutOptions,
  RetryOptions,
  Route,
  Routes,
  RouteTarget,
  TargetGroup,
  TargetOptions,
  TargetReference,
  TimeoutOptions,
  Upstreams,
} from './settings/options.ts';
export type { ByteSink, ByteStream } from './stream/byte-stream.ts';
export { type AnthropicOptions, anthropic } from './upstreams/anthropic/anthropic.ts';
export { type AzureOpenAIOptions, azureOpenAI } from './upstreams/azure-openai/azure-openai.ts';
export type { Balance, BalanceOptions, BalanceShape } from './upstreams/balance.ts';
export { type BedrockOptions, bedrock } from './upstreams/bedrock/bedrock.ts';
export type { AwsCredentialSource, AwsCredentials } from './upstreams/bedrock/read-credentials.ts';
export { defineUpstream, type UpstreamDefinition } from './upstreams/define-upstream.ts';
export { type GeminiOptions, gemini } from './upstreams/gemini/gemini.ts';
export { type OpenAIOptions, openai } from './upstreams/openai/openai.ts';
export {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from './upstreams/openai-compatible/openai-compatible.ts';
export {
  cerebras,
  dashscope,
  deepseek,
  fireworks,
  groq,
  lmStudio,
  minimax,
  mistral,
  moonshot,
  nvidia,
  ollama,
  openrouter,
  perplexity,
  siliconflow,
  together,
  type VendorOptions,
  vllm,
  volcengine,
  xai,
  zhipu,
} from './upstreams/openai-compatible/vendors.ts';
export type {
  ApiKey,
  ProbeOptions,
  Signer,
  Timeouts,
  UnsignedRequest,
  Upstream,
  UpstreamOptions,
} from './upstreams/upstream.ts';
export { type VertexOptions, vertex } from './upstreams/vertex/vertex.ts';
export type { BalanceStats } from './upstreams/watch-balances.ts';
