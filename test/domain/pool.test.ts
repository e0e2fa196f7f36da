import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareBurnOrder } from '../../src/domain/burn-down';
import { creditsFromNumeric } from '../../src/domain/credits';
import { DrawdownError } from '../../src/domain/errors';
import { GRANT_CATEGORIES, type BurnableGrant } from '../../src/domain/grant';
import { overdraftOf, type OverdraftRule } from '../../src/domain/overdraft';
import { OpenPool, type PoolState } from '../../src/domain/pool';

const c = creditsFromNumeric;
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
const ALLOW: OverdraftRule = { policy: 'ALLOW', limit: null };
const FORBID: OverdraftRule = { policy: 'FORBID', limit: null };
const limit = (text: string): OverdraftRule => ({ policy: 'LIMIT', limit: c(text) });
const EMPTY: PoolState = { balance: 0n, sequence: 0n, lastEntryAt: null, openGrants: [] };

function grant(key: number, amount: string, more: Partial<BurnableGrant> = {}): BurnableGrant {
  const base = { category: GRANT_CATEGORIES.PAID, priority: 0, effectiveAt: at(0), expiresAt: null, createdAt: at(0), activated: false };
  return { key: BigInt(key), ...base, amount: c(amount), remaining: c(amount), ...more };
}

function poolWith(...grants: BurnableGrant[]): OpenPool {
  const pool = new OpenPool(EMPTY);
  for (const one of grants) pool.grant(one, at(0));
  return pool;
}

const lines = (pool: OpenPool) =>
  pool.entries.map((entry) => [entry.kind, entry.amount / 10n ** 12n, entry.grantKey, entry.balanceAfter / 10n ** 12n, entry.at.getUTCMinutes()]);

describe('burn order', () => {
  const cases: [string, Partial<BurnableGrant>, Partial<BurnableGrant>][] = [
    ['lower priority burns first, whatever else', { priority: 1, expiresAt: null }, { priority: 2, expiresAt: at(1) }],
    ['sooner expiry burns first', { expiresAt: at(5) }, { expiresAt: at(6), category: 'PROMOTIONAL' }],
    ['what never expires burns last', { expiresAt: at(5) }, { expiresAt: null, category: 'PROMOTIONAL' }],
    ['promotional burns before recurring', { category: 'PROMOTIONAL' }, { category: 'RECURRING', effectiveAt: at(-9) }],
    ['recurring burns before paid', { category: 'RECURRING' }, { category: 'PAID', effectiveAt: at(-9) }],
    ['earlier effective burns first', { effectiveAt: at(1), createdAt: at(9) }, { effectiveAt: at(2), createdAt: at(0) }],
    ['earlier created burns first', { createdAt: at(1), key: 9n }, { createdAt: at(2), key: 1n }],
    ['the smaller key decides at last', { key: 1n }, { key: 2n }],
  ];
  test.each(cases)('%s', (_name, sooner, later) => {
    expect(compareBurnOrder(grant(3, '1', sooner), grant(4, '1', later))).toBeLessThan(0);
    expect(compareBurnOrder(grant(4, '1', later), grant(3, '1', sooner))).toBeGreaterThan(0);
  });
});

describe('a pool', () => {
  test('draws one charge over several grants, one entry each', () => {
    const pool = poolWith(grant(1, '5', { priority: 1 }), grant(2, '5'));
    const draws = pool.charge(c('7'), ALLOW, at(1));
    expect(draws.map((draw) => [draw.grantKey, draw.amount])).toEqual([
      [2n, c('5')],
      [1n, c('2')],
    ]);
    expect(lines(pool).slice(2)).toEqual([
      ['CONSUMED', -5n, 2n, 5n, 1],
      ['CONSUMED', -2n, 1n, 3n, 1],
    ]);
    expect(pool.changedGrants.find((one) => one.key === 2n)).toMatchObject({ remaining: 0n, closed: true, depletedAt: at(1) });
  });

  test('records what exceeds the grants as overdraft, and the next grant settles it with a pair of entries', () => {
    const pool = poolWith(grant(1, '2'));
    pool.charge(c('5'), ALLOW, at(1));
    expect(pool.balance).toBe(c('-3'));
    pool.grant(grant(2, '10', { effectiveAt: at(2), createdAt: at(2) }), at(2));
    expect(lines(pool).slice(3)).toEqual([
      ['GRANTED', 10n, 2n, 7n, 2],
      ['OVERDRAFT_SETTLED', -3n, 2n, 4n, 2],
      ['OVERDRAFT_SETTLED', 3n, null, 7n, 2],
    ]);
    expect(pool.changedGrants.find((one) => one.key === 2n)?.remaining).toBe(c('7'));
  });

  test('lets activation and expiry happen at their own instants, in order of time, expiry first', () => {
    const pool = poolWith(
      grant(1, '5', { expiresAt: at(10) }),
      grant(2, '7', { effectiveAt: at(10) }),
      grant(3, '1', { effectiveAt: at(4), expiresAt: at(6) }),
    );
    pool.charge(0n, ALLOW, at(20));
    expect(lines(pool)).toEqual([
      ['GRANTED', 5n, 1n, 5n, 0],
      ['GRANTED', 1n, 3n, 6n, 4],
      ['EXPIRED', -1n, 3n, 5n, 6],
      ['EXPIRED', -5n, 1n, 0n, 10],
      ['GRANTED', 7n, 2n, 7n, 10],
    ]);
  });

  test('is not drawn from before a grant is effective nor from the instant of its expiry on', () => {
    const pool = poolWith(grant(1, '5', { effectiveAt: at(5), expiresAt: at(10) }));
    expect(() => pool.charge(c('1'), FORBID, at(4))).toThrow(DrawdownError);
    expect(pool.charge(c('1'), FORBID, at(5))).toHaveLength(1);
    expect(() => pool.charge(c('1'), FORBID, at(10))).toThrow(DrawdownError);
  });

  test('refuses under FORBID what the balance does not cover, and changes nothing', () => {
    const pool = poolWith(grant(1, '5'));
    const before = pool.entries.length;
    expect(() => pool.charge(c('5.000000000001'), FORBID, at(1))).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_CREDITS' }));
    expect([pool.entries.length, pool.balance]).toEqual([before, c('5')]);
    expect(pool.charge(c('5'), FORBID, at(1))).toHaveLength(1);
    expect(pool.charge(0n, FORBID, at(1))).toEqual([]);
  });

  test('lets usage exceed the grants under LIMIT by exactly the limit', () => {
    const pool = poolWith(grant(1, '5'));
    expect(() => pool.charge(c('8.1'), limit('3'), at(1))).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_CREDITS' }));
    pool.charge(c('8'), limit('3'), at(1));
    expect(overdraftOf(pool.balance)).toBe(c('3'));
  });

  test('forfeits what is left of a voided grant, and voids a scheduled one without an entry', () => {
    const pool = poolWith(grant(1, '5'), grant(2, '5', { effectiveAt: at(9) }));
    pool.charge(c('2'), ALLOW, at(1));
    pool.void(1n, at(2));
    pool.void(2n, at(2));
    expect(lines(pool).slice(2)).toEqual([['VOIDED', -3n, 1n, 0n, 2]]);
    expect(() => pool.void(1n, at(3))).toThrow(expect.objectContaining({ code: 'CREDIT_GRANT_CLOSED' }));
    expect(() => pool.void(2n, at(3))).toThrow(expect.objectContaining({ code: 'CREDIT_GRANT_CLOSED' }));
  });

  test('refuses grants that together no balance could hold', () => {
    const most = '9'.repeat(26);
    const pool = poolWith(grant(1, most, { effectiveAt: at(9) }));
    expect(() => pool.grant(grant(2, '1'), at(0))).toThrow(expect.objectContaining({ code: 'BALANCE_OUT_OF_RANGE' }));
  });

  test('lets grants that become effective at one instant settle an overdraft in burn order', () => {
    const pool = poolWith(grant(1, '5', { effectiveAt: at(5) }), grant(2, '5', { effectiveAt: at(5), category: 'PROMOTIONAL' }));
    pool.charge(c('3'), ALLOW, at(1));
    pool.advance(at(9));
    expect(pool.changedGrants.filter((one) => one.remaining < c('5')).map((one) => one.key)).toEqual([2n]);
  });

  test('refuses more than 1,000 open grants', () => {
    const pool = poolWith(...Array.from({ length: 1_000 }, (_, index) => grant(index + 1, '1')));
    expect(() => pool.grant(grant(1_001, '1'), at(0))).toThrow(expect.objectContaining({ code: 'TOO_MANY_GRANTS' }));
    pool.charge(c('1'), ALLOW, at(1));
    pool.grant(grant(1_001, '1'), at(1));
  });

  test('never goes back in time, even where a clock does', () => {
    const pool = poolWith(grant(1, '5'));
    pool.charge(c('1'), ALLOW, at(9));
    pool.charge(c('1'), ALLOW, at(3));
    expect(pool.entries.at(-1)?.at).toEqual(at(9));
  });
});

describe('laws of a pool, for any story', () => {
  const amount = fc.bigInt({ min: 1n, max: 50n * 10n ** 12n });
  const grantStep = fc
    .record({
      amount,
      priority: fc.nat(2),
      category: fc.constantFrom(...Object.values(GRANT_CATEGORIES)),
      delay: fc.nat(20),
      life: fc.option(fc.integer({ min: 1, max: 30 })),
    })
    .map(({ amount: size, priority, category, delay, life }) => ({ size, priority, category, delay, life }));
  const step = fc.record({
    minutes: fc.nat(8),
    action: fc.oneof(
      { weight: 2, arbitrary: grantStep.map((one) => ({ kind: 'grant' as const, ...one })) },
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('charge' as const),
          cost: fc.oneof(fc.constant(0n), amount),
          rule: fc.constantFrom(ALLOW, FORBID, limit('20')),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('void' as const), nth: fc.nat(5) }) },
    ),
  });

  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  function run(steps: readonly Step[], eachStep: (pool: OpenPool, now: Date) => void): OpenPool {
    const pool = new OpenPool(EMPTY);
    let minute = 0;
    let key = 0;
    for (const { minutes, action } of steps) {
      const now = at((minute += minutes));
      try {
        if (action.kind === 'grant') {
          const effective = minute + (action.delay > 10 ? action.delay : 0);
          const expiresAt = action.life === null ? null : at(effective + action.life);
          const more = { priority: action.priority, category: action.category, effectiveAt: at(effective), expiresAt, createdAt: now };
          pool.grant({ ...grant(++key, '1', more), amount: action.size, remaining: action.size }, now);
        } else if (action.kind === 'charge') {
          const draws = pool.charge(action.cost, action.rule, now);
          expect(draws.reduce((sum, draw) => sum + draw.amount, 0n)).toBe(action.cost);
        } else pool.void(BigInt(action.nth), now);
      } catch (error) {
        if (!(error instanceof DrawdownError)) throw error;
      }
      eachStep(pool, now);
    }
    return pool;
  }

  test('the balance is the sum of the entries, grants and overdraft add up to it, and time and sequence only rise', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pool = run(steps, () => undefined);
        let balance = 0n;
        pool.entries.forEach((entry, index) => {
          balance += entry.amount;
          expect(entry.balanceAfter).toBe(balance);
          expect(entry.sequence).toBe(BigInt(index + 1));
          expect(entry.at.getTime()).toBeGreaterThanOrEqual(pool.entries[index - 1]?.at.getTime() ?? 0);
        });
        const byGrant = new Map<bigint | null, bigint>();
        for (const entry of pool.entries) byGrant.set(entry.grantKey, (byGrant.get(entry.grantKey) ?? 0n) + entry.amount);
        expect(byGrant.get(null) ?? 0n).toBe(-overdraftOf(pool.balance));
        for (const state of pool.changedGrants) if (state.activated) expect(byGrant.get(state.key)).toBe(state.remaining);
      }),
      { numRuns: 300 },
    );
  });

  test('while something is owed, no active grant has anything left', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        run(steps, (pool) => {
          const left = pool.changedGrants.filter((state) => state.activated && !state.closed).reduce((sum, state) => sum + state.remaining, 0n);
          expect(left).toBe(pool.balance > 0n ? pool.balance : 0n);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('it makes no difference whether a job advances the pool in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const lazy = run(steps, () => undefined);
        const eager = run(steps, (pool, now) => pool.advance(now));
        lazy.advance(at(10_000));
        eager.advance(at(10_000));
        expect(lazy.entries).toEqual(eager.entries);
      }),
      { numRuns: 200 },
    );
  });
});
