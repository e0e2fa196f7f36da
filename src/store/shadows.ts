import { candidateRates, type CandidateRate } from '../domain/candidate-rates';
import type { Page, PageRequest } from '../domain/paging';
import type { Shadow, ShadowCell } from '../domain/shadow';
import { candidateRatesFromJson, candidateRatesToJson } from './candidate-rate-rows';
import { cursorInteger, pageOf, type Catalog } from './catalog';
import type { Queryable } from './database';
import type { Prisma, Shadow as ShadowRow } from './generated/client';
import { impactColumns, type ImpactSource } from './impact';
import { plainColumn } from './sql-arrays';

function shadowFrom({ rates, ...row }: ShadowRow): Shadow {
  return { ...row, rates: candidateRates(candidateRatesFromJson(rates), true) };
}

/** The one of the plan that is not stopped. */
export async function findRunningShadow(catalog: Catalog, planKey: number): Promise<Shadow | null> {
  const row = await catalog.prisma.shadow.findFirst({ where: { planKey, stoppedAt: null } });
  return row && shadowFrom(row);
}

export async function findShadow(catalog: Catalog, environmentKey: number, key: number): Promise<Shadow | null> {
  const row = await catalog.prisma.shadow.findFirst({ where: { key, plan: { environmentKey } } });
  return row && shadowFrom(row);
}

/** Of a plan, the newest first. */
export async function listShadows(catalog: Catalog, planKey: number, request: PageRequest): Promise<Page<Shadow>> {
  const { after, before, backward, size } = request;
  const bounds: Prisma.ShadowWhereInput[] = [
    ...(after ? [{ key: { lt: cursorInteger(after, 0) } }] : []),
    ...(before ? [{ key: { gt: cursorInteger(before, 0) } }] : []),
  ];
  const rows = await catalog.prisma.shadow.findMany({ where: { planKey, AND: bounds }, orderBy: { key: backward ? 'asc' : 'desc' }, take: size + 1 });
  return pageOf(rows.map(shadowFrom), request);
}

export async function insertShadow(
  catalog: Catalog,
  planKey: number,
  version: number,
  rates: readonly CandidateRate[],
  startedAt: Date,
): Promise<Shadow> {
  return shadowFrom(await catalog.prisma.shadow.create({ data: { planKey, version, rates: candidateRatesToJson(rates), startedAt } }));
}

export async function changeShadow(catalog: Catalog, key: number, stoppedAt: Date): Promise<Shadow> {
  return shadowFrom(await catalog.prisma.shadow.update({ where: { key }, data: { stoppedAt } }));
}

/** A shadow with the id of its plan, by which reports know it. */
export interface RunningShadow extends Pick<Shadow, 'key' | 'rates'> {
  readonly planId: string;
}

/** All of an environment that are not stopped. */
export async function loadRunningShadows(queryable: Queryable, environmentKey: number): Promise<RunningShadow[]> {
  const { rows } = await queryable.query<{ key: number; plan_id: string; rates: string }>(
    `SELECT s.key, p.id AS plan_id, s.rates FROM plan p JOIN shadow s ON s.plan_key = p.key WHERE p.environment_key = $1 AND s.stopped_at IS NULL`,
    [environmentKey],
  );
  return rows.map((row) => ({ key: row.key, planId: row.plan_id, rates: candidateRates(candidateRatesFromJson(row.rates), true) }));
}

/** In the order of their keys, so that two transactions that add to the same cells wait for each other and never both. */
export async function addShadowUsage(queryable: Queryable, cells: readonly ShadowCell[]): Promise<void> {
  await queryable.query({
    name: 'add-shadow-usage',
    text: `INSERT INTO shadow_usage AS u (customer_key, shadow_key, day, feature_key, currency_key, code, event_count, old_credits, new_credits)
           SELECT * FROM unnest($1::int8[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::text[], $7::int8[], $8::numeric[], $9::numeric[])
             AS added (customer_key, shadow_key, day, feature_key, currency_key, code, event_count, old_credits, new_credits)
           ORDER BY 1, 2, 3, 4, 5, 6
           ON CONFLICT (customer_key, shadow_key, day, feature_key, currency_key, code) DO UPDATE SET event_count = u.event_count + EXCLUDED.event_count,
             old_credits = u.old_credits + EXCLUDED.old_credits, new_credits = u.new_credits + EXCLUDED.new_credits`,
    values: [
      plainColumn(cells, (cell) => cell.customerKey),
      plainColumn(cells, (cell) => cell.shadowKey),
      plainColumn(cells, (cell) => cell.day),
      ...impactColumns(cells),
    ],
  });
}

/** UTC days since 1970, from one up to and without another; null: no bound. */
export interface DaySpan {
  readonly from: number | null;
  readonly to: number | null;
}

/** The cells of a shadow, found customer by customer, as their key begins with it. */
export function cellsOfShadow({ key, planKey }: Pick<Shadow, 'key' | 'planKey'>, { from, to }: DaySpan): ImpactSource {
  return (values) => {
    const bounds = [
      ...(from === null ? [] : [`u.day >= ${values.placeholder(from)}`]),
      ...(to === null ? [] : [`u.day < ${values.placeholder(to)}`]),
    ];
    return `SELECT u.customer_key, u.feature_key, u.currency_key, u.code, u.event_count, u.old_credits, u.new_credits
      FROM (SELECT DISTINCT customer_key FROM customer_plan WHERE plan_key = ${values.placeholder(planKey)}) a
      CROSS JOIN LATERAL (
        SELECT u.* FROM shadow_usage u WHERE u.customer_key = a.customer_key AND u.shadow_key = ${values.placeholder(key)}
          ${bounds.map((bound) => `AND ${bound}`).join(' ')} OFFSET 0
      ) u`;
  };
}
