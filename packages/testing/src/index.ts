export { type ManualClock, manualClock } from './clock/manual-clock.ts';
export type { ConnectionFault, Fault, RequestFault } from './faults/fault.ts';
export type { FaultChooser } from './faults/schedule-faults.ts';
export { type Recording, type ReplayOptions, replay } from './replay.ts';
export type { AnswerScript, ScriptedReply, ScriptedToolCall } from './replies/scripted-reply.ts';
export type { RecordedRequest } from './server/record-request.ts';
export type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
export { type SimulatedAnthropicOptions, simulatedAnthropic } from './simulated-anthropic.ts';
export { type SimulatedAzureOptions, simulatedAzureOpenAI } from './simulated-azure-openai.ts';
export { type SimulatedBedrockOptions, simulatedBedrock } from './simulated-bedrock.ts';
export { type SimulatedCohereOptions, simulatedCohere } from './simulated-cohere.ts';
export { type SimulatedGeminiOptions, simulatedGemini } from './simulated-gemini.ts';
export { type SimulatedJinaOptions, simulatedJina } from './simulated-jina.ts';
export { type SimulatedMidjourneyOptions, simulatedMidjourney } from './simulated-midjourney.ts';
export { type SimulatedOpenAI, type SimulatedOpenAIOptions, simulatedOpenAI } from './simulated-openai.ts';
export {
  type CompatibleVendor,
  type SimulatedCompatibleOptions,
  simulatedOpenAICompatible,
} from './simulated-openai-compatible.ts';
export { type SimulatedVertexOptions, simulatedVertex } from './simulated-vertex.ts';
export { type SimulatedVideoTasksOptions, simulatedVideoTasks } from './simulated-video-tasks.ts';
export { type SimulatedVoyageOptions, simulatedVoyage } from './simulated-voyage.ts';
export { type SimulatedXaiOptions, simulatedXai } from './simulated-xai.ts';
export { type AccountCheckOptions, checkAccounts } from './suite/check-accounts.ts';
export { type BlobStoreCheckOptions, checkBlobStore } from './suite/check-blob-store.ts';
export { type CacheTierCheckOptions, checkCacheTier } from './suite/check-cache-tier.ts';
export { checkKeys, type KeyCheckOptions } from './suite/check-keys.ts';
export { checkLedger, type LedgerCheckOptions } from './suite/check-ledger.ts';
export { checkLimits, type LimitCheckOptions } from './suite/check-limits.ts';
export { checkMount, type MountFinding, type MountOptions } from './suite/check-mount.ts';
export { checkStore, type StoreCheckOptions } from './suite/check-store.ts';
export { checkTaskStore, type TaskStoreCheckOptions } from './suite/check-task-store.ts';
export { type Certificate, selfSignedCertificate } from './tls/self-signed-certificate.ts';
export type { VendorOptions } from './vendors/vendor-options.ts';
export type { CreationTrouble, JobEnd, JobPlan, JobPlanner } from './vendors/video/job-plan.ts';
export type { WebhookTarget } from './vendors/video/sign-webhook.ts';
export type {
  JobOptions,
  SentNotice,
  SimulatedJob,
  SimulatedJobs,
  SimulatedJobUpstream,
} from './vendors/video/simulated-jobs.ts';
export type { AwsCredentials } from './wire/verify-aws-signature.ts';
