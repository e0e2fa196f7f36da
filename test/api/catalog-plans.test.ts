import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../src/store/database';
import {
  catalogSnapshot,
  codeOf,
  draftRevision,
  fieldsOf,
  flatRate,
  mutate,
  publishDraft,
  publishedPlan,
  TO_ALL,
  tryMutation,
  walkCodes,
} from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

let database: Database;
let server: TestServer;
let now = new Date('2025-03-01T12:00:00.000Z');

beforeAll(async () => {
  database = await testDatabase();
  server = await testServer(database, { now: () => now });
  for (const id of ['chat', 'image', 'old']) await mutate(server, 'createFeature', { id, name: id }, '__typename');
  for (const id of ['credits', 'coins']) await mutate(server, 'createCurrency', { id, name: id }, '__typename');
});

const RATE = 'feature { id } currency { id } mode creditsPerUnit formula';
const FORMULA = { featureId: 'chat', currencyId: 'credits', mode: 'FORMULA', formula: '0.5 * tokens' };
const FLAT = { featureId: 'image', currencyId: 'coins', mode: 'FLAT', creditsPerUnit: '0.000000000001' };

async function newDraft(planId: string): Promise<void> {
  await mutate(server, 'createPlan', { id: planId, name: planId }, '__typename');
  await mutate(server, 'createPlanDraft', { planId }, '__typename');
}

describe('a plan', () => {
  test('begins without versions; its first draft is number 1 and empty', async () => {
    const created = await mutate(
      server,
      'createPlan',
      { id: 'first', name: 'First' },
      'plan { id name draft { number } publishedVersion { number } }',
    );
    expect(created).toEqual({ plan: { id: 'first', name: 'First', draft: null, publishedVersion: null } });
    const selection = 'planVersion { number status createdAt publishedAt plan { id draft { number } } rates { id } }';
    expect(await mutate(server, 'createPlanDraft', { planId: 'first' }, selection)).toEqual({
      planVersion: {
        number: 1,
        status: 'DRAFT',
        createdAt: '2025-03-01T12:00:00.000Z',
        publishedAt: null,
        plan: { id: 'first', draft: { number: 1 } },
        rates: [],
      },
    });
  });

  test('has a draft edited, validated, published and taken as the beginning of the next', async () => {
    await newDraft('life');
    const set = await mutate(
      server,
      'setRate',
      { planId: 'life', version: 1, ...FORMULA },
      `rate { ${RATE} planVersion { number plan { id } } } warnings { message }`,
    );
    const formula = { feature: { id: 'chat' }, currency: { id: 'credits' }, mode: 'FORMULA', creditsPerUnit: null, formula: '0.5 * tokens' };
    expect(set.rate).toEqual({ ...formula, planVersion: { number: 1, plan: { id: 'life' } } });
    await mutate(server, 'setRate', { planId: 'life', version: 1, ...FLAT }, '__typename');
    const valid = await server.graphql('{ validatePlanVersion(planId: "life", version: 1) { valid problems { message } } }');
    expect(valid.data).toEqual({ validatePlanVersion: { valid: true, problems: [] } });
    now = new Date('2025-03-01T13:00:00.000Z');
    const selection = 'publication { planVersion { status revision publishedAt plan { publishedVersion { number } } } }';
    const published = await publishDraft(server, 'life', {}, selection);
    expect(published.publication.planVersion).toEqual({
      status: 'PUBLISHED',
      revision: null,
      publishedAt: '2025-03-01T13:00:00.000Z',
      plan: { publishedVersion: { number: 1 } },
    });
    const next = await mutate(server, 'createPlanDraft', { planId: 'life' }, `planVersion { number rates { ${RATE} } }`);
    const flat = { feature: { id: 'image' }, currency: { id: 'coins' }, mode: 'FLAT', creditsPerUnit: '0.000000000001', formula: null };
    expect(next).toEqual({ planVersion: { number: 2, rates: [formula, flat] } });
  });

  test('keeps a published version as it is when the next draft changes', async () => {
    await publishedPlan(server, 'kept');
    await mutate(server, 'createPlanDraft', { planId: 'kept' }, '__typename');
    await mutate(server, 'setRate', flatRate('kept', 2, '9'), '__typename');
    const { data } = await server.graphql('{ plan(id: "kept") { versions { edges { node { number status rates { creditsPerUnit } } } } } }');
    expect(data.plan.versions.edges).toEqual([
      { node: { number: 2, status: 'DRAFT', rates: [{ creditsPerUnit: '9' }] } },
      { node: { number: 1, status: 'PUBLISHED', rates: [{ creditsPerUnit: '2' }] } },
    ]);
  });

  test('has its draft discarded with its rates, and the next draft takes the number again', async () => {
    await publishedPlan(server, 'thrown');
    await mutate(server, 'createPlanDraft', { planId: 'thrown' }, '__typename');
    expect(await mutate(server, 'discardPlanDraft', { planId: 'thrown', version: 2 }, 'plan { draft { number } }')).toEqual({
      plan: { draft: null },
    });
    const { planVersion } = await mutate(server, 'createPlanDraft', { planId: 'thrown' }, 'planVersion { number }');
    expect(planVersion).toEqual({ number: 2 });
  });

  test('lists its versions in pages, the newest first', async () => {
    await publishedPlan(server, 'many');
    for (let version = 2; version <= 3; version++) {
      await mutate(server, 'createPlanDraft', { planId: 'many' }, '__typename');
      await publishDraft(server, 'many');
    }
    const page = async (args: string) => {
      const document = `{ plan(id: "many") { versions(${args}) { edges { node { number } } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } } }`;
      const { edges, pageInfo } = (await server.graphql(document)).data.plan.versions;
      return { numbers: edges.map((edge: { node: { number: number } }) => edge.node.number), ...pageInfo };
    };
    const one = await page('first: 2');
    const two = await page(`first: 2, after: "${one.endCursor}"`);
    expect([one, two, await page(`last: 1, before: "${two.startCursor}"`)]).toMatchObject([
      { numbers: [3, 2], hasPreviousPage: false, hasNextPage: true },
      { numbers: [1], hasPreviousPage: true, hasNextPage: false },
      { numbers: [2], hasPreviousPage: true, hasNextPage: true },
    ]);
    const forged = Buffer.from('["plan.versions","99999999999"]').toString('base64url');
    expect(codeOf(await server.graphql(`{ plan(id: "many") { versions(after: "${forged}") { edges { cursor } } } }`))).toBe('CURSOR_INVALID');
  });

  test('publishes each version at an instant of its own, even when the clock stands still', async () => {
    await publishedPlan(server, 'still');
    await mutate(server, 'createPlanDraft', { planId: 'still' }, '__typename');
    const { publication } = await publishDraft(server, 'still', {}, 'publication { publishedAt effectiveAt planVersion { publishedAt } }');
    const instant = new Date(now.getTime() + 1).toISOString();
    expect(publication).toEqual({ publishedAt: instant, effectiveAt: instant, planVersion: { publishedAt: instant } });
  });
});

describe('a rate', () => {
  beforeAll(() => newDraft('rates'));

  test('is replaced by the next of its feature', async () => {
    await mutate(server, 'setRate', { planId: 'rates', version: 1, ...FORMULA }, '__typename');
    await mutate(server, 'setRate', { planId: 'rates', version: 1, ...FLAT, featureId: 'chat', creditsPerUnit: '3.50' }, '__typename');
    const { data } = await server.graphql(`{ plan(id: "rates") { draft { rates { ${RATE} } } } }`);
    const rate = { feature: { id: 'chat' }, currency: { id: 'coins' }, mode: 'FLAT', creditsPerUnit: '3.5', formula: null };
    expect(data.plan.draft.rates).toEqual([rate]);
  });

  test.each([
    ['no price', { mode: 'FLAT' }, 'INPUT_INVALID', ['creditsPerUnit']],
    ['no formula', { mode: 'FORMULA' }, 'INPUT_INVALID', ['formula']],
    ['both', { mode: 'FLAT', creditsPerUnit: '1', formula: 'tokens' }, 'INPUT_INVALID', ['formula']],
    ['the wrong one', { mode: 'FORMULA', creditsPerUnit: '1' }, 'INPUT_INVALID', ['creditsPerUnit', 'formula']],
    ['a negative price', { mode: 'FLAT', creditsPerUnit: '-0.1' }, 'AMOUNT_INVALID', ['creditsPerUnit']],
    ['thirteen decimals', { mode: 'FLAT', creditsPerUnit: '0.1234567890123' }, 'AMOUNT_INVALID', ['creditsPerUnit']],
    ['an exponent', { mode: 'FLAT', creditsPerUnit: '1e3' }, 'AMOUNT_INVALID', ['creditsPerUnit']],
    ['all of it', { mode: 'FLAT', creditsPerUnit: 'x', formula: '1 +' }, 'INPUT_INVALID', ['formula', 'creditsPerUnit', 'formula']],
    ['NUL in its formula', { mode: 'FORMULA', formula: 'model == "\0" ? 1 : 2' }, 'FORMULA_INVALID', ['formula']],
  ])('with %s is refused, and nothing is written', async (_, price, code, fields) => {
    const before = await catalogSnapshot(database);
    const answer = await tryMutation(server, 'setRate', { planId: 'rates', version: 1, featureId: 'chat', currencyId: 'coins', ...price });
    expect([codeOf(answer), fieldsOf(answer)]).toEqual([code, fields]);
    expect(await catalogSnapshot(database)).toBe(before);
  });

  test('with a formula that does not pass its checks is refused with line and column', async () => {
    const input = { planId: 'rates', version: 1, ...FORMULA, formula: 'tokens\n  * nothing(1)' };
    const answer = await tryMutation(server, 'setRate', input);
    expect(codeOf(answer)).toBe('FORMULA_INVALID');
    expect(answer.errors![0]!.extensions.problems).toMatchObject([{ field: 'formula', line: 2, column: 5 }]);
  });
});

describe('validating and publishing', () => {
  test('warn of a version without rates, which may be published', async () => {
    await newDraft('empty');
    const { data } = await server.graphql('{ validatePlanVersion(planId: "empty", version: 1) { valid problems { field } warnings { field } } }');
    expect(data.validatePlanVersion).toEqual({ valid: true, problems: [], warnings: [{ field: 'rates' }] });
    const published = await publishDraft(server, 'empty', {}, 'publication { status } warnings { field }');
    expect(published).toEqual({ publication: { status: 'EFFECTIVE' }, warnings: [{ field: 'rates' }] });
  });

  test('tell every rate whose formula, feature or currency is no longer good, and nothing is published', async () => {
    await newDraft('stale');
    await mutate(server, 'setRate', { planId: 'stale', version: 1, ...FORMULA, featureId: 'old' }, '__typename');
    await mutate(server, 'setRate', { planId: 'stale', version: 1, ...FLAT }, '__typename');
    await database.pool.query(`UPDATE rate SET formula = '1 +' FROM feature WHERE feature.key = feature_key AND feature.id = 'old'`);
    await database.pool.query(`UPDATE feature SET archived_at = now() WHERE id = 'old'`);
    const { data } = await server.graphql('{ validatePlanVersion(planId: "stale", version: 1) { valid problems { field line } } }');
    expect(data.validatePlanVersion).toMatchObject({
      valid: false,
      problems: [{ field: 'rates.old.formula', line: 1 }, { field: 'rates.old.feature' }],
    });
    const before = await catalogSnapshot(database);
    const answer = await tryMutation(server, 'publishPlan', { planId: 'stale', revision: await draftRevision(server, 'stale'), ...TO_ALL });
    expect([codeOf(answer), fieldsOf(answer)]).toEqual(['FORMULA_INVALID', ['rates.old.formula', 'rates.old.feature']]);
    expect(await catalogSnapshot(database)).toBe(before);
  });

  test('warn of a dimension that no event of the feature has had, once it has events', async () => {
    await newDraft('seen');
    const formula = { planId: 'seen', version: 1, ...FORMULA, formula: 'tokens + coalesce(tokans, 0)' };
    const before = await mutate(server, 'setRate', formula, 'warnings { message }');
    expect(before.warnings.filter(({ message }: { message: string }) => message.includes('tokans'))).toEqual([]);
    await publishDraft(server, 'seen');
    await mutate(server, 'createCustomer', { id: 'seen', name: 'x', planId: 'seen' }, '__typename');
    const report = { customerId: 'seen', featureId: 'chat', idempotencyKey: '1', dimensions: { tokens: 2 } };
    await mutate(server, 'reportUsage', report, '__typename');
    await mutate(server, 'createPlanDraft', { planId: 'seen' }, '__typename');
    const after = await mutate(server, 'setRate', { ...formula, version: 2 }, 'warnings { field line column message }');
    const warning = { field: 'formula', line: 1, column: 19, message: expect.stringContaining('tokans') };
    expect(after.warnings).toContainEqual(warning);
    const { data } = await server.graphql('{ validatePlanVersion(planId: "seen", version: 2) { valid warnings { field line column message } } }');
    expect(data.validatePlanVersion).toMatchObject({ valid: true });
    expect(data.validatePlanVersion.warnings).toContainEqual({ ...warning, field: 'rates.chat.formula' });
    const published = await publishDraft(server, 'seen', {}, 'warnings { field line column message }');
    expect(published.warnings).toEqual(data.validatePlanVersion.warnings);
  });

  test('of a version that does not exist is refused', async () => {
    expect(codeOf(await server.graphql('{ validatePlanVersion(planId: "empty", version: 7) { valid } }'))).toBe('PLAN_VERSION_NOT_FOUND');
    expect(codeOf(await server.graphql('{ validatePlanVersion(planId: "nothing", version: 1) { valid } }'))).toBe('PLAN_VERSION_NOT_FOUND');
  });
});

describe('codes come in the documented order', () => {
  const archivePlan = (id: string) => () => mutate(server, 'archivePlan', { id }, '__typename');

  beforeAll(async () => {
    for (const id of ['open', 'shut']) await publishedPlan(server, id);
    for (const planId of ['open', 'shut']) await mutate(server, 'createPlanDraft', { planId }, '__typename');
    await archivePlan('shut')();
    for (const thing of ['Feature', 'Currency']) {
      await mutate(server, `create${thing}`, { id: 'dusty', name: 'Dusty' }, '__typename');
      await mutate(server, `archive${thing}`, { id: 'dusty' }, '__typename');
    }
  });

  test('createPlan, updatePlan, archivePlan', async () => {
    const created = await walkCodes(server, 'createPlan', { id: '', name: '' }, [{}, { id: 'open' }, { name: 'Again' }, { id: 'ordered' }]);
    expect(created).toEqual(['ID_INVALID', 'INPUT_INVALID', 'ALREADY_EXISTS', 'accepted']);
    const updated = await walkCodes(server, 'updatePlan', { id: 'nothing', name: '' }, [{}, { name: 'New' }, { id: 'shut' }, { id: 'open' }]);
    expect(updated).toEqual(['INPUT_INVALID', 'PLAN_NOT_FOUND', 'ARCHIVED', 'accepted']);
    await mutate(server, 'createCustomer', { id: 'on-open', name: 'x', planId: 'open' }, '__typename');
    const leave = async () => {
      now = new Date(now.getTime() + 1000);
      await mutate(server, 'unassignPlan', { customerId: 'on-open' }, '__typename');
      await mutate(server, 'createPlan', { id: 'leaving', name: 'x' }, '__typename');
    };
    const archived = await walkCodes(server, 'archivePlan', { id: 'nothing' }, [{}, { id: 'shut' }, { id: 'open' }, leave, { id: 'leaving' }]);
    expect(archived).toEqual(['PLAN_NOT_FOUND', 'ARCHIVED', 'IN_USE', 'accepted', 'accepted']);
  });

  test('createPlanDraft', async () => {
    await newDraft('drafted');
    const codes = await walkCodes(server, 'createPlanDraft', { planId: 'nothing' }, [{}, { planId: 'shut' }, { planId: 'drafted' }]);
    expect(codes).toEqual(['PLAN_NOT_FOUND', 'ARCHIVED', 'DRAFT_EXISTS']);
  });

  test('discardPlanDraft', async () => {
    const planId = 'discarded';
    await publishedPlan(server, planId);
    await mutate(server, 'createPlanDraft', { planId }, '__typename');
    const steps = [{}, { planId: 'shut' }, { version: 2 }, { planId, version: 1 }, { version: 2 }];
    const codes = await walkCodes(server, 'discardPlanDraft', { planId: 'nothing', version: -1 }, steps);
    expect(codes).toEqual(['PLAN_NOT_FOUND', 'PLAN_VERSION_NOT_FOUND', 'ARCHIVED', 'VERSION_PUBLISHED', 'accepted']);
  });

  test('setRate and removeRate', async () => {
    await publishedPlan(server, 'walked');
    await mutate(server, 'createPlanDraft', { planId: 'walked' }, '__typename');
    const base = { planId: 'nothing', version: 9, featureId: 'nothing', currencyId: 'nothing', mode: 'FLAT', creditsPerUnit: '-1', formula: '1 +' };
    const set = await walkCodes(server, 'setRate', base, [
      {},
      { formula: undefined },
      { mode: 'FORMULA', creditsPerUnit: undefined, formula: '1 +' },
      { formula: 'tokens' },
      { planId: 'shut' },
      { version: 1 },
      { planId: 'walked' },
      { version: 2 },
      { featureId: 'dusty' },
      { currencyId: 'dusty' },
      { featureId: 'chat' },
      { currencyId: 'credits' },
    ]);
    expect(set).toEqual([
      'INPUT_INVALID',
      'AMOUNT_INVALID',
      'FORMULA_INVALID',
      'PLAN_NOT_FOUND',
      'PLAN_VERSION_NOT_FOUND',
      'ARCHIVED',
      'VERSION_PUBLISHED',
      'FEATURE_NOT_FOUND',
      'CURRENCY_NOT_FOUND',
      'ARCHIVED',
      'ARCHIVED',
      'accepted',
    ]);
    const steps = [{}, { planId: 'shut' }, { version: 1 }, { planId: 'walked' }, { version: 2 }, { featureId: 'image' }, { featureId: 'chat' }];
    const removed = await walkCodes(server, 'removeRate', { planId: 'nothing', version: 9, featureId: 'nothing' }, steps);
    expect(removed).toEqual([
      'PLAN_NOT_FOUND',
      'PLAN_VERSION_NOT_FOUND',
      'ARCHIVED',
      'VERSION_PUBLISHED',
      'FEATURE_NOT_FOUND',
      'RATE_NOT_FOUND',
      'accepted',
    ]);
  });
});

test('a change whose connection is lost is answered with TRY_AGAIN, and is then either there or not', async () => {
  const holder = await database.pool.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM environment WHERE key = $1 FOR UPDATE', [server.key]);
  const before = await catalogSnapshot(database);
  const waiting = tryMutation(server, 'createPlan', { id: 'lost', name: 'x' });
  const killed = `SELECT count(pg_terminate_backend(pid))::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'drawdown catalog' AND wait_event_type = 'Lock'`;
  for (let count = 0; count === 0;) count = (await database.pool.query<{ count: number }>(killed)).rows[0]!.count;
  await holder.query('ROLLBACK');
  holder.release();
  const answer = await waiting;
  expect([answer.status, codeOf(answer)]).toEqual([200, 'TRY_AGAIN']);
  expect(await catalogSnapshot(database)).toBe(before);
  await mutate(server, 'createPlan', { id: 'lost', name: 'x' }, '__typename');
});

describe('at the same time', () => {
  test('sixteen publish one draft: one does, the others hear DRAFT_NOT_FOUND', async () => {
    await newDraft('raced');
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => tryMutation(server, 'publishPlan', { planId: 'raced', revision: 1, ...TO_ALL })),
    );
    expect(answers.map(codeOf).sort()).toEqual([...Array.from({ length: 15 }, () => 'DRAFT_NOT_FOUND'), undefined]);
  });

  test('sixteen begin a draft: one does, the others hear DRAFT_EXISTS', async () => {
    await mutate(server, 'createPlan', { id: 'drafts', name: 'x' }, '__typename');
    const answers = await Promise.all(Array.from({ length: 16 }, () => tryMutation(server, 'createPlanDraft', { planId: 'drafts' })));
    expect(answers.map(codeOf).sort()).toEqual([...Array.from({ length: 15 }, () => 'DRAFT_EXISTS'), undefined]);
  });

  test('a rate is set while its draft is published: one of the two is refused', async () => {
    for (let round = 0; round < 8; round++) {
      const planId = `versus-${round}`;
      await newDraft(planId);
      const [published, set] = await Promise.all([
        tryMutation(server, 'publishPlan', { planId, revision: 1, ...TO_ALL }),
        tryMutation(server, 'setRate', { planId, version: 1, ...FLAT }),
      ]);
      expect([
        [undefined, 'VERSION_PUBLISHED'],
        ['DRAFT_CHANGED', undefined],
      ]).toContainEqual([codeOf(published), codeOf(set)]);
    }
  });

  test('a plan is archived while customers are put on it: never is a customer on an archived plan', async () => {
    for (let round = 0; round < 8; round++) {
      const planId = `closing-${round}`;
      await publishedPlan(server, planId);
      const [archived, created] = await Promise.all([
        tryMutation(server, 'archivePlan', { id: planId }),
        tryMutation(server, 'createCustomer', { id: `late-${round}`, name: 'x', planId }),
      ]);
      expect([
        [undefined, 'ARCHIVED'],
        ['IN_USE', undefined],
      ]).toContainEqual([codeOf(archived), codeOf(created)]);
    }
  });
});
