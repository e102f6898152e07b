import type { AnswerScript } from '../replies/scripted-reply.ts';

/** What may be said about any simulated vendor. */
export interface VendorOptions {
  /** The models that exist; any other is unknown to the vendor. Default: some that the vendor really has. */
  readonly models?: readonly string[];
  /** The keys that are accepted; default any, even none. */
  readonly apiKeys?: readonly string[];
  /** What the model says; default it repeats the user, and calls the first tool that it is offered. */
  readonly answer?: AnswerScript;
}
