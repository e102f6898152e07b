import type { Capability } from '../catalog/capabilities.ts';
import type { Modality } from '../catalog/modality.ts';
import type { Sunset } from '../catalog/sunsets.ts';

/** One model that callers can name. */
export interface ModelCard {
  readonly id: string;
  /** Seconds since the epoch; when the gateway began to serve it. */
  readonly created: number;
  readonly ownedBy: string;
  /** What it is for. */
  readonly modality: Modality;
  /** Tokens that it can read at once; left out where nobody says. */
  readonly window?: number;
  /** Left out where nobody says. */
  readonly capabilities?: readonly Capability[];
  /** Left out where its vendor has not said that it ends it. */
  readonly sunset?: Sunset;
}
