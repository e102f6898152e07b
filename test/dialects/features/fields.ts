import type { Json } from '../../../packages/core/src/protocol/json.ts';

/** Every field of an SDK's type, each with values to try: one that a later version adds must be added here, or nothing compiles. */
export type Fields<Params> = { readonly [Field in keyof Params]-?: readonly Json[] };
