import { expectTypeOf, test } from 'vitest';
import type { GatewayErrorDetails } from '../errors.ts';
import type { Confidential } from './confidential.ts';
import type { GatewayEvents } from './events.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Store } from './store.ts';

/* Nothing here runs: the compiler is the test, and an error that it expects is an assertion. */
/* oxlint-disable vitest/expect-expect */

/** The members of an object, and those of the objects in it, down to what is none. */
type Leaves<Value, Depth extends readonly unknown[] = []> = Depth['length'] extends 6
  ? never
  : Value extends Confidential | string | number | boolean | bigint | symbol | null | undefined
    ? Value
    : Value extends readonly (infer Item)[]
      ? Leaves<Item, [...Depth, 0]>
      : Value extends object
        ? { [Name in keyof Value]-?: Leaves<Value[Name], [...Depth, 0]> }[keyof Value]
        : Value;

/** Whether something is among the leaves: never where no sink takes it. */
type Taken<Sink> = Confidential extends Leaves<Sink> ? 'taken' : 'refused';

test('no entry, event or error has a member that takes what is confidential', () => {
  expectTypeOf<Taken<LedgerEntry>>().toEqualTypeOf<'refused'>();
  expectTypeOf<Taken<GatewayEvents>>().toEqualTypeOf<'refused'>();
  expectTypeOf<Taken<GatewayErrorDetails>>().toEqualTypeOf<'refused'>();
  // The test itself can fail.
  expectTypeOf<Taken<{ readonly deep: { readonly text: Confidential | string } }>>().toEqualTypeOf<'taken'>();
});

test('nor can it be said in a text', () => {
  const said = {} as Confidential;
  const sink = {} as {
    readonly store: Store;
    entry: { -readonly [Name in keyof LedgerEntry]: LedgerEntry[Name] };
  };
  // @ts-expect-error it is no text
  void sink.store.set({ tenant: '', kind: 'turn', id: '' }, said, 1);
  // @ts-expect-error nor a note
  sink.entry.notes = { guard: said };
  // @ts-expect-error nor a model
  sink.entry.model = said;
  // @ts-expect-error nor a tag
  sink.entry.tags = [said];
});
