import { describe, expect, test, vi } from 'vitest';
import { GatewayError } from '../errors.ts';
import { type Claim, Slots } from './slots.ts';

const ignore = (): void => {};
const anyone: Claim = { principal: undefined, priority: 'interactive' };
const of = (tenant: string, priority: Claim['priority'] = 'interactive'): Claim => ({
  principal: { tenant },
  priority,
});
const batch: Claim = { ...anyone, priority: 'batch' };

function slotsOf(limit: number, tenantLimit = limit): Slots {
  return new Slots({ upstream: 'openai', limit, tenantLimit });
}

/** Waits for slots and notes in which order they are given. */
function lineUp(slots: Slots) {
  const served: string[] = [];
  return {
    served,
    wait: (name: string, claim: Claim): Promise<unknown> =>
      slots.take(claim, ignore).then(
        () => served.push(name),
        (error: unknown) => served.push(`${name}: ${(error as GatewayError).code}`),
      ),
  };
}

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Slots', () => {
  test('are taken up to the limit, and those who wait are served in their order', async () => {
    const slots = slotsOf(2);
    expect([slots.tryTake(anyone), slots.tryTake(anyone), slots.tryTake(anyone)]).toEqual([
      true,
      true,
      false,
    ]);
    const { served, wait } = lineUp(slots);
    void wait('first', anyone);
    void wait('second', anyone);
    expect(slots).toMatchObject({ taken: 2, waiting: 2, isFull: true });
    slots.release(anyone);
    await turns();
    expect(served).toEqual(['first']);
    slots.release(anyone);
    await turns();
    expect(served).toEqual(['first', 'second']);
    expect(slots).toMatchObject({ taken: 2, waiting: 0 });
    slots.release(anyone);
    slots.release(anyone);
    expect(slots).toMatchObject({ taken: 0, isFull: false });
  });

  test('one that is called off while it waits takes no slot', async () => {
    const slots = slotsOf(2);
    slots.tryTake(anyone);
    slots.tryTake(anyone);
    let cancel: (error: GatewayError) => void = ignore;
    const waiting = slots.take(anyone, (given) => {
      cancel = given;
    });
    const next = slots.take(anyone, ignore);
    const gone = new GatewayError('VE_CLIENT_CLOSED');
    cancel(gone);
    await expect(waiting).rejects.toBe(gone);
    expect(slots.waiting).toBe(1);
    slots.release(anyone);
    await next;
    expect(slots.taken).toBe(2);
    // Calling off late changes nothing.
    cancel(gone);
    slots.release(anyone);
    slots.release(anyone);
    expect(slots).toMatchObject({ taken: 0, waiting: 0 });
  });

  test('calling off one that has its slot does not take it away', async () => {
    const slots = slotsOf(1);
    slots.tryTake(anyone);
    const cancel = vi.fn<(error: GatewayError) => void>();
    const served = slots.take(anyone, (given) => cancel.mockImplementation(given));
    slots.release(anyone);
    cancel(new GatewayError('VE_CLIENT_CLOSED'));
    await expect(served).resolves.toBeUndefined();
    expect(slots.taken).toBe(1);
  });
});

describe('Slots, by priority', () => {
  test('interactive calls come before batch that has waited longer', async () => {
    const slots = slotsOf(3);
    for (let slot = 0; slot < 3; slot++) slots.tryTake(anyone);
    const { served, wait } = lineUp(slots);
    void wait('batch', batch);
    void wait('one', anyone);
    void wait('two', anyone);
    expect(slots).toMatchObject({ waiting: 3, batchWaiting: 1 });
    for (let slot = 0; slot < 3; slot++) slots.release(anyone);
    await turns();
    expect(served).toEqual(['one', 'two', 'batch']);
  });

  test('of eight slots one goes to batch, however many interactive calls wait', async () => {
    const slots = slotsOf(100);
    for (let slot = 0; slot < 100; slot++) slots.tryTake(anyone);
    const { served, wait } = lineUp(slots);
    for (let index = 0; index < 10; index++) void wait('batch', batch);
    for (let index = 0; index < 60; index++) void wait('interactive', anyone);
    for (let slot = 0; slot < 40; slot++) slots.release(anyone);
    await turns();
    expect(served.flatMap((name, index) => (name === 'batch' ? [index] : []))).toEqual([7, 15, 23, 31, 39]);
  });

  test('an interactive call that finds the line full has the place of the newest batch call', async () => {
    const slots = slotsOf(2);
    slots.tryTake(anyone);
    slots.tryTake(anyone);
    const { served, wait } = lineUp(slots);
    void wait('old batch', batch);
    void wait('new batch', batch);
    void wait('one', anyone);
    await turns();
    expect(served).toEqual(['new batch: VE_TARGET_BUSY']);
    void wait('two', anyone);
    void wait('three', anyone);
    void wait('late batch', batch);
    await turns();
    expect(served.slice(1)).toEqual([
      'old batch: VE_TARGET_BUSY',
      'three: VE_TARGET_BUSY',
      'late batch: VE_TARGET_BUSY',
    ]);
    expect(slots).toMatchObject({ waiting: 2, batchWaiting: 0 });
  });

  test('the batch that goes is that of the tenant who has most of it in the line', async () => {
    const slots = slotsOf(4);
    for (let slot = 0; slot < 4; slot++) slots.tryTake(anyone);
    const { served, wait } = lineUp(slots);
    void wait('b1', of('b', 'batch'));
    void wait('a1', of('a', 'batch'));
    void wait('a2', of('a', 'batch'));
    void wait('c1', of('c', 'batch'));
    void wait('urgent', of('d'));
    await turns();
    expect(served).toEqual(['a2: VE_TARGET_BUSY']);
  });
});

describe('Slots, by tenant', () => {
  test('one tenant has no more than its share, and the rest is for the others', () => {
    const slots = slotsOf(5, 4);
    const taken = Array.from({ length: 5 }, () => slots.tryTake(of('a')));
    expect(taken).toEqual([true, true, true, true, false]);
    expect(slots.isFullFor({ tenant: 'a' })).toBe(true);
    expect(slots.isFullFor({ tenant: 'b' })).toBe(false);
    expect(slots.isFull).toBe(false);
    expect(slots.tryTake(of('b'))).toBe(true);
    expect(slots.tryTake(of('b'))).toBe(false);
  });

  test('who waits because its tenant has enough gets the slot that this tenant gives back', async () => {
    const slots = slotsOf(3, 2);
    slots.tryTake(of('a'));
    slots.tryTake(of('a'));
    const { served, wait } = lineUp(slots);
    void wait('a3', of('a'));
    expect(slots).toMatchObject({ taken: 2, waiting: 1 });
    // A slot of another tenant's is none for it.
    slots.tryTake(of('b'));
    slots.release(of('b'));
    await turns();
    expect(served).toEqual([]);
    slots.release(of('a'));
    await turns();
    expect(served).toEqual(['a3']);
    expect(slots).toMatchObject({ taken: 2, waiting: 0 });
  });

  test('tenants take turns, however long the line of one of them is', async () => {
    const slots = slotsOf(10);
    for (let slot = 0; slot < 10; slot++) slots.tryTake(of('a'));
    const { served, wait } = lineUp(slots);
    for (let index = 1; index <= 6; index++) void wait(`a${index}`, of('a'));
    void wait('b1', of('b'));
    void wait('b2', of('b'));
    void wait('c1', of('c'));
    for (let slot = 0; slot < 9; slot++) slots.release(of('a'));
    await turns();
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4', 'a5', 'a6']);
  });

  test('the line, too, has room for others than the tenant that fills it', async () => {
    const slots = slotsOf(5, 4);
    for (let slot = 0; slot < 4; slot++) slots.tryTake(of('a'));
    slots.tryTake(of('b'));
    const { served, wait } = lineUp(slots);
    for (let index = 1; index <= 5; index++) void wait(`a${index}`, of('a'));
    void wait('b1', of('b'));
    await turns();
    expect(served).toEqual(['a5: VE_TARGET_BUSY']);
    expect(slots.waiting).toBe(5);
  });

  test('tenants that have nothing here are forgotten', () => {
    const slots = slotsOf(2, 1);
    for (let index = 0; index < 10_000; index++) {
      const tenant = of(`tenant-${index}`);
      expect(slots.tryTake(tenant)).toBe(true);
      slots.release(tenant);
    }
    expect(slots.knownTenants).toBeLessThan(100);
  });
});

test('those who wait can be sent away, of every tenant and kind; those who have a slot keep it', async () => {
  const slots = slotsOf(2, 1);
  expect([slots.tryTake(of('acme')), slots.tryTake(of('globex'))]).toEqual([true, true]);
  const { served, wait } = lineUp(slots);
  const waiting = [wait('one', of('acme')), wait('two', of('initech', 'batch'))];
  slots.sendAway(new GatewayError('VE_UPSTREAM_DRAINED'));
  await Promise.all(waiting);
  expect(served.toSorted()).toEqual(['one: VE_UPSTREAM_DRAINED', 'two: VE_UPSTREAM_DRAINED']);
  expect(slots).toMatchObject({ taken: 2, waiting: 0, batchWaiting: 0 });
  slots.release(of('acme'));
  slots.release(of('globex'));
  expect(slots.tryTake(of('initech'))).toBe(true);
});
