/** An image or a video in work or done, as `GET admin/jobs` tells of it. */
export interface JobView {
  readonly id: string;
  readonly operation: 'video' | 'images';
  readonly model: string;
  readonly state: JobState;
  /** 0 to 100. */
  readonly progress: number;
  /** A link of the gateway's own. */
  readonly preview: string | null;
  /** Milliseconds since the epoch, or ISO. */
  readonly createdAt: number | string;
  readonly updatedAt: number | string;
  readonly completedAt: number | string | null;
  readonly target: { readonly upstream: string; readonly model: string } | string | null;
  readonly tenant: string | null;
  readonly path: string | null;
  readonly principal: string | null;
  readonly key: string | null;
  /** Nano-dollars. */
  readonly cost: number | null;
  readonly dollars: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly results: readonly JobFile[];
  readonly isTraceless: boolean;
  readonly canCancel: boolean;
  /** Why it cannot be cancelled, where the gateway says. */
  readonly cannotCancel?: string | null;
  readonly prompt?: string | null;
  readonly request?: Readonly<Record<string, unknown>> | null;
}

export const jobStates = [
  'creating',
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'unknown',
] as const;
export type JobState = (typeof jobStates)[number];

export interface JobFile {
  /** `video/mp4`, or what it is: `video`, `image`. */
  readonly type?: string | null;
  /** Signed, the gateway's own. */
  readonly url: string | null;
}
