export * from '@vector-engine/core';
export {
  type KoaGatewayOptions,
  type MountOptions,
  type VectorEngineMiddleware,
  vectorEngine,
} from './vector-engine.ts';
