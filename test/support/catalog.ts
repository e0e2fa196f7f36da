import type { Database } from '../../src/store/database';
import type { Answer, TestServer } from './server';

/** Sends a mutation of one input and gives the payload; throws what went wrong. */
export async function mutate(server: TestServer, name: string, input: object, selection: string, key?: string) {
  const answer = await tryMutation(server, name, input, selection, key);
  if (answer.errors) throw new Error(`${name}: ${JSON.stringify(answer.errors)}`);
  return answer.data[name];
}

export function tryMutation(server: TestServer, name: string, input: object, selection = '__typename', key?: string): Promise<Answer> {
  const inputType = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  return server.graphql(`mutation ($input: ${inputType}!) { ${name}(input: $input) { ${selection} } }`, { input }, key);
}

export function codeOf(answer: Answer): string | undefined {
  return answer.errors?.[0]?.extensions.code;
}

/** The fields that an answer complains about. */
export function fieldsOf(answer: Answer): string[] {
  return (answer.errors?.[0]?.extensions.problems ?? []).map((problem) => (problem as { field: string }).field);
}

const CATALOG_TABLES = [
  'environment',
  'api_key',
  'currency',
  'feature',
  'dimension_declaration',
  'plan',
  'plan_version',
  'plan_publication',
  'plan_publication_customer',
  'rate',
  'rate_override',
  'customer',
  'customer_plan',
  'customer_overdraft_policy',
  'shadow',
];

/** Everything the catalog's tables hold, to show that something changed nothing. */
export async function catalogSnapshot(database: Database): Promise<string> {
  const tables = CATALOG_TABLES.map(async (table) => {
    const { rows } = await database.pool.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${table} t ORDER BY 1`);
    return [table, ...rows.map(({ row }) => row)].join('\n');
  });
  return (await Promise.all(tables)).join('\n\n');
}

/** Sends a mutation once per step, which changes the input or does something first, and gives the codes; a refusal that wrote something throws. */
export async function walkCodes(
  server: TestServer,
  name: string,
  base: object,
  steps: readonly (object | (() => Promise<unknown>))[],
): Promise<string[]> {
  const codes: string[] = [];
  let input = base;
  for (const step of steps) {
    if (typeof step === 'function') await step();
    else input = { ...input, ...step };
    const before = await catalogSnapshot(server.database);
    const code = codeOf(await tryMutation(server, name, input)) ?? 'accepted';
    if (code !== 'accepted' && before !== (await catalogSnapshot(server.database)))
      throw new Error(`${name} refused with ${code}, but wrote something.`);
    codes.push(code);
  }
  return codes;
}

/** A plan with one published version that charges 2 credits per unit of the feature `<id>-feature` in the currency `<id>-currency`. */
export async function publishedPlan(server: TestServer, id: string): Promise<void> {
  await mutate(server, 'createCurrency', { id: `${id}-currency`, name: 'Credits' }, '__typename');
  await mutate(server, 'createFeature', { id: `${id}-feature`, name: 'Feature' }, '__typename');
  await mutate(server, 'createPlan', { id, name: 'Plan' }, '__typename');
  await mutate(server, 'createPlanDraft', { planId: id }, '__typename');
  await mutate(server, 'setRate', flatRate(id, 1, '2'), '__typename');
  await publishDraft(server, id);
}

export const TO_ALL = { affects: { scope: 'ALL_CUSTOMERS' } };

/** Publishes the draft of a plan, to all customers and at once where `more` says nothing else. */
export async function publishDraft(server: TestServer, planId: string, more: object = {}, selection = '__typename') {
  return mutate(server, 'publishPlan', { planId, revision: await draftRevision(server, planId), ...TO_ALL, ...more }, selection);
}

/** The revision of a plan's draft; 0, which no draft has, where there is none. */
export async function draftRevision(server: TestServer, planId: string): Promise<number> {
  const { data } = await server.graphql('query ($id: ID!) { plan(id: $id) { draft { revision } } }', { id: planId });
  return data.plan?.draft?.revision ?? 0;
}

export function flatRate(planId: string, version: number, creditsPerUnit: string) {
  return { planId, version, featureId: `${planId}-feature`, currencyId: `${planId}-currency`, mode: 'FLAT', creditsPerUnit };
}

/** The mutations with which a new environment sells `calls` at a formula, with the plan `pro`. */
export function sellCalls(formula: string): string {
  return `createCurrency(input: { id: "credits", name: "Credits" }) { currency { id } }
  createFeature(input: { id: "calls", name: "Calls" }) { feature { id } }
  createPlan(input: { id: "pro", name: "Pro" }) { plan { id } }
  createPlanDraft(input: { planId: "pro" }) { planVersion { number } }
  setRate(input: { planId: "pro", version: 1, featureId: "calls", currencyId: "credits", mode: FORMULA, formula: "${formula}" }) { rate { id } }
  publishPlan(input: { planId: "pro", revision: 2, affects: { scope: ALL_CUSTOMERS } }) { publication { id } }`;
}
