import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BurnableGrant, GrantCategory } from '../../src/domain/grant';
import type { LedgerEntry } from '../../src/domain/ledger-entry';
import { DEFAULT_OVERDRAFT_RULE } from '../../src/domain/overdraft';
import { OpenPool } from '../../src/domain/pool';
import { PoolReburn, runOutKind, type LedgerCharge, type PoolMilestone, type PoolStart } from '../../src/domain/reburn';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

type Happening =
  | { readonly charge: bigint; readonly counts: boolean }
  | { readonly grant: bigint; readonly category: GrantCategory; readonly priority: number; readonly delay: number; readonly life: number | null }
  | { readonly void: number };

/** A pool that goes through happenings, one a minute or several in one, and all that is kept of it. */
function history(happenings: readonly (Happening & { readonly wait: number })[], costOf: (charge: bigint, index: number) => bigint) {
  const pool = new OpenPool({ balance: 0n, sequence: 0n, lastEntryAt: null, openGrants: [] });
  const grants: BurnableGrant[] = [];
  const charges: (LedgerCharge & { readonly index: number; readonly counts: boolean })[] = [];
  let minute = 0;
  happenings.forEach((one, index) => {
    minute += one.wait;
    const now = at(minute);
    if ('grant' in one) {
      const effectiveAt = at(minute + one.delay);
      const grant = {
        key: BigInt(grants.length + 1),
        category: one.category,
        priority: one.priority,
        effectiveAt,
        expiresAt: one.life === null ? null : at(minute + one.delay + one.life),
        createdAt: now,
        amount: one.grant,
        remaining: one.grant,
        activated: false,
      };
      grants.push(grant);
      pool.grant(grant, now);
    } else if ('void' in one) {
      pool.advance(now);
      const grant = grants[one.void % Math.max(1, grants.length)];
      if (grant && pool.isOpen(grant.key)) pool.void(grant.key, now);
    } else {
      const cost = costOf(one.charge, index);
      const draws = pool.charge(cost, DEFAULT_OVERDRAFT_RULE, now);
      const firstSequence = draws[0]?.sequence ?? pool.sequence;
      charges.push({ index, counts: one.counts, firstSequence, entryCount: draws.length, receivedAt: now, cost, balanceAfter: pool.balance });
    }
  });
  return { pool, grants, charges };
}

/** What a store would read of the pool from a place on. */
function startAt(entries: readonly LedgerEntry[], grants: readonly BurnableGrant[], sequence: bigint): PoolStart {
  const before = entries.filter((entry) => entry.sequence <= sequence);
  const after = entries.filter((entry) => entry.sequence > sequence);
  const last = before.at(-1);
  return {
    balance: last?.balanceAfter ?? 0n,
    lastEntryAt: last?.at ?? null,
    grants: grants.flatMap((grant) => {
      const remaining = before.reduce((sum, entry) => (entry.grantKey === grant.key ? sum + entry.amount : sum), 0n);
      const startsLater = after.some((entry) => entry.kind === 'GRANTED' && entry.grantKey === grant.key);
      if (startsLater) return [grant];
      return remaining > 0n ? [{ ...grant, remaining, activated: true }] : [];
    }),
    milestones: after.filter((entry): entry is LedgerEntry & PoolMilestone => ['GRANTED', 'EXPIRED', 'VOIDED'].includes(entry.kind)),
  };
}

function reburn({ pool, grants, charges }: ReturnType<typeof history>, newCost: (charge: { index: number; cost: bigint }) => bigint, from = 0) {
  const counted = charges.filter(({ counts }) => counts).slice(from);
  const first = counted[0];
  if (!first) return null;
  const place = first.entryCount > 0 ? first.firstSequence - 1n : first.firstSequence;
  const again = new PoolReburn(startAt(pool.entries, grants, place));
  const balances = counted.map((charge) => {
    again.charge(charge, newCost(charge));
    return again.new.balance;
  });
  return { again, counted, balances };
}

const amount = fc.bigInt({ min: 0n, max: 40n });
const charge = fc.record({ charge: amount, counts: fc.boolean(), wait: fc.nat(3) });
const grant = fc.record({
  grant: fc.bigInt({ min: 1n, max: 60n }),
  category: fc.constantFrom<GrantCategory>('PAID', 'PROMOTIONAL'),
  priority: fc.nat(2),
  delay: fc.nat(4),
  life: fc.option(fc.integer({ min: 1, max: 9 })),
  wait: fc.nat(3),
});
const voiding = fc.record({ void: fc.nat(9), wait: fc.nat(3) });
const weighted = { charge: { weight: 5, arbitrary: charge }, grant: { weight: 2, arbitrary: grant }, voiding: { weight: 1, arbitrary: voiding } };
const happenings = fc.array(fc.oneof(weighted.charge, weighted.grant, weighted.voiding), { maxLength: 40 });
/** A grant that was used up cannot be voided, so that with other costs other voids would have happened. When charges of others came is known only between entries. */
const toldOf = { weight: 5, arbitrary: charge.map((one) => ({ ...one, counts: true })) };
const withoutVoids = fc.array(fc.oneof(toldOf, weighted.grant), { maxLength: 40 });

describe('a pool burned again', () => {
  test('with the costs of the ledger has its balances, after every event, wherever it begins', () => {
    fc.assert(
      fc.property(happenings, fc.nat(5), (all, from) => {
        const found = reburn(
          history(all, (charge) => charge),
          ({ cost }) => cost,
          from,
        );
        if (!found) return;
        expect(found.balances).toEqual(found.counted.map(({ balanceAfter }) => balanceAfter));
        expect(found.again.new).toEqual(found.again.old);
      }),
    );
  });

  test('with other costs has the balances that the pool would have had, had it been charged with them', () => {
    fc.assert(
      fc.property(withoutVoids, fc.array(amount, { minLength: 40, maxLength: 40 }), (all, costs) => {
        const real = history(all, (charge) => charge);
        const other = new Map(real.charges.map((charge) => [charge.index, charge.counts ? costs[charge.index]! : charge.cost]));
        const found = reburn(real, ({ index }) => other.get(index)!);
        if (!found) return;
        const wouldBe = history(all, (_charge, index) => other.get(index)!);
        const expected = wouldBe.charges.filter(({ counts }) => counts);
        expect(found.balances).toEqual(expected.map(({ balanceAfter }) => balanceAfter));
        expect(found.again.new.ranOutAt).toEqual(expected.find(({ balanceAfter }) => balanceAfter <= 0n)?.receivedAt ?? null);
      }),
      { numRuns: 300 },
    );
  });

  const GRANT = { category: 'PAID' as const, priority: 0, delay: 0, life: null, wait: 0 };
  const DAY = 24 * 60;

  test('runs out with the first event that leaves nothing', () => {
    const real = history([{ grant: 10n, ...GRANT }, ...[4n, 4n, 4n].map((charge) => ({ charge, counts: true, wait: DAY }))], (charge) => charge);
    const dearer = reburn(real, ({ cost }) => cost * 2n)!.again;
    expect([dearer.old, dearer.new]).toEqual([
      { ranOutAt: at(3 * DAY), balance: -2n },
      { ranOutAt: at(2 * DAY), balance: -14n },
    ]);
    const cheaper = reburn(real, ({ cost }) => cost / 2n)!.again;
    expect(cheaper.new).toEqual({ ranOutAt: null, balance: 4n });
    expect([runOutKind(dearer.old, dearer.new), runOutKind(cheaper.old, cheaper.new)]).toEqual(['SOONER', 'NO_LONGER']);
    expect([runOutKind(cheaper.new, dearer.new), runOutKind(dearer.new, dearer.old), runOutKind(dearer.old, dearer.old)]).toEqual([
      'NEWLY',
      'LATER',
      'SAME',
    ]);
    expect(runOutKind(cheaper.new, cheaper.new)).toBe('NEVER');
  });

  test('forfeits at an expiry what would have been left, and not what was', () => {
    const real = history(
      [
        { grant: 10n, ...GRANT, life: 3 * DAY },
        { charge: 10n, counts: true, wait: DAY },
        { charge: 0n, counts: true, wait: 3 * DAY },
      ],
      (charge) => charge,
    );
    expect(reburn(real, ({ cost }) => cost / 2n)!.balances).toEqual([5n, 0n]);
  });

  test('settles the debt that there would have been with the next grant', () => {
    const real = history(
      [
        { grant: 10n, ...GRANT },
        { charge: 4n, counts: true, wait: DAY },
        { grant: 10n, ...GRANT, wait: DAY },
        { charge: 1n, counts: true, wait: DAY },
      ],
      (charge) => charge,
    );
    expect(reburn(real, ({ cost }) => cost * 3n)!.balances).toEqual([-2n, 5n]);
  });

  test('keeps what other usage of the pool was charged', () => {
    const real = history(
      [
        { grant: 100n, ...GRANT },
        { charge: 5n, counts: true, wait: 1 },
        { charge: 7n, counts: false, wait: 1 },
        { charge: 11n, counts: false, wait: 1 },
        { charge: 5n, counts: true, wait: 1 },
      ],
      (charge) => charge,
    );
    expect(reburn(real, () => 0n)!.balances).toEqual([100n, 82n]);
  });
});
