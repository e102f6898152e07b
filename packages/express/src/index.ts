export * from '@vector-engine/core';
export { type ExpressGatewayOptions, type VectorEngineHandler, vectorEngine } from './vector-engine.ts';
