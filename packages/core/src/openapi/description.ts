import type { z } from '../settings/zod-without-globals.ts';

/** What one route is for, what it takes and what it answers: made from the schemas by which it is read, where it is read by one. */
export interface Description {
  /** A name that no other has: clients call their functions so. */
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: {
    readonly json?: z.ZodType;
    readonly form?: z.ZodType;
    /** Whatever the upstream reads. */
    readonly any?: true;
    /** Default true. */
    readonly isRequired?: boolean;
  };
  /** Default 200; `default`: whatever the upstream says. */
  readonly status?: number | 'default';
  /** By its content type; `undefined` for bytes. */
  readonly answer: Readonly<Record<string, z.ZodType | undefined>>;
  /** Answers of other statuses that are no errors. */
  readonly also?: Readonly<Record<number, z.ZodType>>;
  /** It asks a model: how it is to be served can be said in headers. */
  readonly isCall?: boolean;
  /** The address itself lets in whoever was given it. */
  readonly isSigned?: boolean;
}

export type Tag = 'Chat' | 'Models' | 'Media' | 'Videos' | 'Responses' | 'Native' | 'Account' | 'Admin';
