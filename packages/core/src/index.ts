export type { BudgetOwner } from './access/budget-book.ts';
export type { BudgetState } from './access/budget-state.ts';
export type { Budgets, TopUpOptions } from './access/budgets.ts';
export type { AdminDoor } from './access/door-access.ts';
export { type Identify } from './access/identify-caller.ts';
export type { KeyChanges, KeyInfo, KeySpec, ShownKey } from './access/key-desk.ts';
export type { BudgetWarning } from './access/soft-limits.ts';
export type { GatewayKeys } from './admin/gateway-keys.ts';
export type { CacheStats } from './cache/response-cache.ts';
export type { Modality } from './catalog/modality.ts';
export type { GradedPrice, LongPrice, MediaPrice, PriceInDollars } from './catalog/price.ts';
export type { Sunset } from './catalog/sunsets.ts';
export type { CloseOptions } from './close-gateway.ts';
export { createGateway } from './create-gateway.ts';
export type { GatewayTargets } from './create-targets.ts';
export {
  type BudgetFacts,
  GatewayError,
  type GatewayErrorCode,
  type GatewayErrorDetails,
  type RateLimitFacts,
} from './errors.ts';
export type { ExplainedTarget, Explanation, LeftOutTarget } from './explain-call.ts';
export type { Gateway, GatewayStats, GatewayTasks } from './gateway-api.ts';
export { type PresidioOptions, presidio } from './guard/presidio.ts';
export type { Route as HttpRoute } from './http/route-table.ts';
export type { Fetch } from './http/to-fetch.ts';
export { type NodeListener, type NodeListenerOptions, toNodeListener } from './http/to-node-listener.ts';
export { type MemoryLedgerOptions, memoryLedger } from './ledger/memory/memory-ledger.ts';
export { sqlite } from './ledger/sqlite/sqlite.ts';
export type { Model } from './list-models.ts';
export { type MemoryStoreOptions, memoryStore } from './memory/memory-store.ts';
export type { GatewayCache, Invalidation } from './open-cache.ts';
export type { MetricsText } from './open-metrics.ts';
export type {
  AccountLine,
  AccountState,
  AccountStore,
  HoldRequest,
  HoldResult,
  LostHold,
  Settlement,
} from './protocol/account.ts';
export type { Answer, HeaderMap } from './protocol/answer.ts';
export type { BudgetOptions } from './protocol/budget.ts';
export type {
  CacheFinding,
  CacheKeeping,
  CacheKey,
  CacheSelection,
  CacheTier,
} from './protocol/cache-tier.ts';
export type { Call, Operation, Priority, RequestFacts, TargetName } from './protocol/call.ts';
export type { Clock } from './protocol/clock.ts';
export { Confidential } from './protocol/confidential.ts';
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
  TaskEvent,
} from './protocol/events.ts';
export type { Detect, DetectContext, Finding, Kind as FindingKind } from './protocol/finding.ts';
export type {
  AnswerPart,
  Change as GuardChange,
  Guard,
  GuardedCall,
  PartVerdict as GuardPartVerdict,
  Refusal as GuardRefusal,
  Verdict as GuardVerdict,
} from './protocol/guard.ts';
export type {
  ImageJobRequest,
  JobCall,
  JobContent,
  JobFormat,
  JobHandle,
  JobPlan,
  JobReport,
  JobResult,
  JobState,
  JobVariant,
  Picture,
  PictureBytes,
  VideoRequest,
  Webhook,
} from './protocol/job.ts';
export type { CallContext, Layer, Outcome, Send } from './protocol/layer.ts';
export type {
  CallStep,
  ContentRecord,
  Ledger,
  LedgerEntry,
  LedgerFilter,
  LedgerGroup,
  LedgerPage,
  LedgerQuery,
  LedgerTotal,
  Retention,
} from './protocol/ledger.ts';
export type {
  Counter,
  CounterChange,
  CounterState,
  LimitStore,
  Limits,
  Place,
  Taking,
} from './protocol/limits.ts';
export type { Logger } from './protocol/logger.ts';
export type {
  Form,
  MediaAnswer,
  MediaBody,
  MediaFormat,
  MediaOperation,
  RenderedMedia,
  UploadedFile,
} from './protocol/media.ts';
export type { MetricRegistry, RegisteredMetric } from './protocol/metric-registry.ts';
export type { Principal } from './protocol/principal.ts';
export type { Mode as RedactionMode } from './protocol/redaction.ts';
export type {
  Notice,
  OpeningNotice,
  ReachListener,
  RestNotice,
  SharedState,
} from './protocol/shared-state.ts';
export type { Store, StoreKey } from './protocol/store.ts';
export type { Price, TargetView } from './protocol/target-view.ts';
export type { TaskError, TaskRecord, TaskRequest, TaskResult, TaskState } from './protocol/task.ts';
export type {
  BlobInfo,
  BlobKeeping,
  BlobStore,
  TaskLease,
  TaskListing,
  TaskSearch,
  TaskStorage,
  TaskStore,
} from './protocol/task-store.ts';
export type { MediaUsage, Usage } from './protocol/usage.ts';
export type { KeyListing, KeyRecord, KeyStore } from './protocol/virtual-key.ts';
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
export type { AccessOptions, Admin, KeyOptions } from './settings/access-options.ts';
export type { AuditOptions, TaskOptions, UploadOptions } from './settings/keeping-options.ts';
export type { LimitOptions, ModelLimits } from './settings/limit-options.ts';
export type { MetricsOptions, WatchOptions } from './settings/metrics-options.ts';
export type {
  BreakerSettings,
  CacheOptions,
  ExpandOptions,
  FallbackOptions,
  GatewayOptions,
  HedgeOptions,
  ModelCacheOptions,
  ModelName,
  ModelOptions,
  ModelTimeoutOptions,
  PassthroughOptions,
  RetryOptions,
  Route,
  Routes,
  RouteTarget,
  SunsetOptions,
  TargetGroup,
  TargetOptions,
  TargetReference,
  TimeoutOptions,
  Upstreams,
} from './settings/options.ts';
export type { RedactionOptions, RedactionRuleOptions } from './settings/redaction-options.ts';
export type { BudgetTree } from './settings/resolve-budgets.ts';
export type { ByteSink, ByteStream } from './stream/byte-stream.ts';
export type { TargetKey, TargetStats } from './target-stats.ts';
export { type MemoryStorageOptions, memoryStorage } from './tasks/memory-storage.ts';
export { type SqliteStorageOptions, sqliteStorage } from './tasks/sqlite-storage.ts';
export { type AnthropicOptions, anthropic } from './upstreams/anthropic/anthropic.ts';
export { type AzureOpenAIOptions, azureOpenAI } from './upstreams/azure-openai/azure-openai.ts';
export type { Balance, BalanceOptions, BalanceShape } from './upstreams/balance.ts';
export { type BedrockOptions, bedrock } from './upstreams/bedrock/bedrock.ts';
export type { AwsCredentialSource, AwsCredentials } from './upstreams/bedrock/read-credentials.ts';
export { type CohereOptions, cohere } from './upstreams/cohere/cohere.ts';
export { defineUpstream, type UpstreamDefinition } from './upstreams/define-upstream.ts';
export { type GeminiOptions, gemini } from './upstreams/gemini/gemini.ts';
export { type JinaOptions, jina } from './upstreams/jina/jina.ts';
export { type MidjourneyOptions, midjourney } from './upstreams/midjourney/midjourney.ts';
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
export type { RateLimit } from './upstreams/rate-limits.ts';
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
export { type VoyageOptions, voyage } from './upstreams/voyage/voyage.ts';
export type { BalanceStats } from './upstreams/watch-balances.ts';
