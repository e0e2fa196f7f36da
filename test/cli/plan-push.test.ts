import { beforeEach, describe, expect, test } from '@jest/globals';
import { planCommand } from '../../src/cli/plan';
import { catalogSnapshot, mutate } from '../support/catalog';
import { PlanDesk, pricedFile, WHOLE_CATALOG } from '../support/plan-desk';
import { onTerminal } from '../support/terminal';

const desk = new PlanDesk();

/** The version that each customer is on, and what it charges for a call. */
async function pricesOf(...ids: string[]) {
  const prices = ids.map(async (id) => {
    const { customer } = await desk.seller.ask('query ($id: ID!) { customer(id: $id) { planVersion { number rates { creditsPerUnit } } } }', { id });
    return `${id}: ${customer.planVersion.number}, ${customer.planVersion.rates[0].creditsPerUnit}`;
  });
  return Promise.all(prices);
}

describe('push', () => {
  beforeEach(async () => {
    await desk.seller.sell({ calls: '2' });
    await desk.seller.customer('ada');
    await desk.seller.customer('bob');
  });

  test('asks after the review: yes publishes what was reviewed, anything else changes nothing and ends with 1', async () => {
    const path = await desk.file('asked.yaml', pricedFile('creditsPerUnit: 3'));
    const before = await catalogSnapshot(desk.server.database);
    const review = (await desk.plan(['diff', path])).out;
    for (const answer of ['no', '', 'yess'])
      expect(await desk.plan(['push', path, '--affects', 'ALL_CUSTOMERS'], { answer })).toEqual({
        code: 1,
        err: '',
        out: `${review}Make the server so? (yes/no) Nothing was changed.\n`,
      });
    expect(await catalogSnapshot(desk.server.database)).toBe(before);
    expect(await desk.plan(['push', path, '--affects', 'ALL_CUSTOMERS'], { answer: 'yes' })).toEqual({
      code: 0,
      err: '',
      out: `${review}Make the server so? (yes/no) plan pro: version 2 is published, for ALL_CUSTOMERS.\n`,
    });
    expect(await pricesOf('ada', 'bob')).toEqual(['ada: 2, 3', 'bob: 2, 3']);
  });

  test.each([
    [['--affects', 'ALL_CUSTOMERS'], 'There is no terminal to ask on; give --yes where this is meant.\n'],
    [['--yes'], 'Whom are the new prices to affect? Give --affects NEW_CUSTOMERS, ALL_CUSTOMERS or ids of customers.\n'],
    [['--yes', '--affects', 'ada,eve,nobody'], 'There is no customer eve, nobody.\n'],
    [
      ['--yes', '--affects', 'ada', '--effective-at', '2020-01-01T00:00:00Z'],
      '--effective-at 2020-01-01T00:00:00Z is not an instant of the future such as 2027-01-01T00:00:00Z.\n',
    ],
  ])('with %j changes nothing and ends with 2', async (options, message) => {
    const before = await catalogSnapshot(desk.server.database);
    expect(await desk.plan(['push', await desk.file('refused.yaml', pricedFile('creditsPerUnit: 3')), ...options])).toMatchObject({
      code: 2,
      err: message,
    });
    expect(await catalogSnapshot(desk.server.database)).toBe(before);
  });

  test('publishes for customers and then for all the same version, and what is published already not again', async () => {
    const path = await desk.file('staged.yaml', pricedFile('creditsPerUnit: 3'));
    const push = async (affects: string) => (await desk.plan(['push', path, '--affects', affects, '--yes'])).out.split('\n').at(-2);
    expect(await push('ada')).toBe('plan pro: version 2 is published, for ada.');
    expect(await pricesOf('ada', 'bob')).toEqual(['ada: 2, 3', 'bob: 1, 2']);
    expect(await push('ada')).toMatch(/^plan pro: version 2 is as in the file, and is since \S+ in force for ada\.$/);
    expect(await push('ALL_CUSTOMERS')).toBe('plan pro: version 2 is published, for ALL_CUSTOMERS.');
    expect(await pricesOf('ada', 'bob')).toEqual(['ada: 2, 3', 'bob: 2, 3']);
    expect(await push('ALL_CUSTOMERS')).toBe('Not in the file, and left as it is: currency credits, feature calls.');
  });

  test('schedules, once', async () => {
    const path = await desk.file('later.yaml', pricedFile('creditsPerUnit: 3'));
    const push = async () =>
      (await desk.plan(['push', path, '--affects', 'ALL_CUSTOMERS', '--effective-at', '2126-01-01', '--yes'])).out.split('\n').at(-2);
    expect(await push()).toBe('plan pro: version 2 is scheduled for 2126-01-01T00:00:00.000Z, for ALL_CUSTOMERS.');
    expect(await push()).toBe('plan pro: version 2 is as in the file, and will be from 2126-01-01T00:00:00.000Z on in force for ALL_CUSTOMERS.');
    expect(await pricesOf('ada')).toEqual(['ada: 1, 2']);
  });

  test('leaves a draft with changes of somebody else alone, and takes one without', async () => {
    const path = await desk.file('draft.yaml', pricedFile('creditsPerUnit: 3'));
    const price = { planId: 'pro', version: 2, featureId: 'calls', currencyId: 'credits', mode: 'FLAT' };
    await mutate(desk.server, 'createPlanDraft', { planId: 'pro' }, '__typename');
    await mutate(desk.server, 'setRate', { ...price, creditsPerUnit: '7' }, '__typename');
    const before = await catalogSnapshot(desk.server.database);
    expect(await desk.plan(['push', path, '--affects', 'ALL_CUSTOMERS', '--yes'])).toMatchObject({
      code: 2,
      err: 'Plan pro has a draft (revision 4) with other changes than the file: publish or discard it first, or pull again.\n',
    });
    expect(await catalogSnapshot(desk.server.database)).toBe(before);
    await mutate(desk.server, 'setRate', { ...price, creditsPerUnit: '2' }, '__typename');
    expect(await desk.plan(['push', path, '--affects', 'ALL_CUSTOMERS', '--yes'])).toMatchObject({ code: 0, err: '' });
    expect(await pricesOf('ada')).toEqual(['ada: 2, 3']);
  });

  test('does not publish over what somebody changes in the draft while it asks', async () => {
    const path = await desk.file('race.yaml', pricedFile('creditsPerUnit: 3'));
    const price = { planId: 'pro', version: 2, featureId: 'calls', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '7' };
    await mutate(desk.server, 'createPlanDraft', { planId: 'pro' }, '__typename');
    const args = ['push', path, '--affects', 'ALL_CUSTOMERS', '--url', `${desk.server.url}/graphql`, '--key', desk.server.keys.ADMIN];
    const ended = await onTerminal(async (terminal) => {
      terminal.stdin.isTTY = true;
      const pushing = planCommand(terminal).parseAsync(args, { from: 'user' });
      await terminal.asked;
      await mutate(desk.server, 'setRate', price, '__typename');
      terminal.stdin.end('yes\n');
      await pushing;
    });
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining('DRAFT_CHANGED') });
    const { plan: pro } = await desk.seller.ask('{ plan(id: "pro") { publishedVersion { number } draft { rates { creditsPerUnit } } } }');
    expect(pro).toEqual({ publishedVersion: { number: 1 }, draft: { rates: [{ creditsPerUnit: '7' }] } });
  });

  test('changes currencies, features, meters and declarations to what the file says, and takes away what it does not', async () => {
    await desk.plan(['push', await desk.file('much.yaml', WHOLE_CATALOG.replaceAll('  pro:', '  other:')), '--affects', 'ALL_CUSTOMERS', '--yes']);
    const less = `drawdown: 1
currencies:
  credits:
    name: Kredite
features:
  chat:
    name: Chat
    dimensions:
      tokens:
        type: NUMBER
        lowest: 1
        aliases:
          - token
          - tok
      model:
        type: TEXT
`;
    const path = await desk.file('less.yaml', less);
    expect((await desk.plan(['diff', path])).out).toBe(`currency credits changes:
  name: "Credits" → "Kredite"
  symbol: "⚡" → none
feature chat changes:
  unit: "message" → "unit"
  dimension model: none → {"type":"TEXT"}
  dimension tokens: {"type":"NUMBER","description":"What the model read and wrote.","required":true,"lowest":0,"highest":12345678901234567890.5,"aliases":["token"]} → {"type":"NUMBER","lowest":1,"aliases":["token","tok"]}
  meter: ${JSON.stringify(METER).replace('"LARGE"', '12345678901234567890.5')} → none
  looseDimensions: ["requestId"] → none
Not in the file, and left as it is: feature calls, feature images, plan other, plan pro.
`);
    expect(await desk.plan(['push', path, '--yes'])).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/feature chat: changed\.\n$/) });
    expect((await desk.plan(['diff', path])).out).toContain('The server is as the file says: there is nothing to change.\n');
    const gone = await desk.file('gone.yaml', less.replace(/ {6}model:\n.*\n/, ''));
    expect(await desk.plan(['push', gone, '--yes'])).toMatchObject({ code: 0, err: '' });
    expect(await desk.plan(['diff', gone])).toMatchObject({ code: 0 });
    const dropped = await desk.file('dropped.yaml', less.replace('          - token\n', ''));
    expect(await desk.plan(['push', dropped, '--yes'])).toMatchObject({
      code: 2,
      err: `${dropped}:12:9: features/chat/dimensions/tokens/aliases: must keep token: events and formulas of before may have it.\n`,
    });
  });

  test('needs a key that may, and an address where the API is', async () => {
    const path = await desk.file('key.yaml', pricedFile('creditsPerUnit: 3'));
    const before = await catalogSnapshot(desk.server.database);
    expect(await desk.plan(['push', path, '--affects', 'ALL_CUSTOMERS', '--yes'], { key: desk.server.keys.READER })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^The server refuses \(FORBIDDEN\)/),
    });
    expect(await catalogSnapshot(desk.server.database)).toBe(before);
    expect(await desk.plan(['pull', path], { key: 'nonsense' })).toMatchObject({ code: 2, err: expect.stringMatching(/UNAUTHENTICATED/) });
    const nowhere = ['pull', path, '--url', 'http://127.0.0.1:59999/graphql', '--key', 'x'];
    expect(await onTerminal((terminal) => planCommand(terminal).parseAsync(nowhere, { from: 'user' }))).toMatchObject({
      code: 2,
      err: 'http://127.0.0.1:59999/graphql cannot be reached (ECONNREFUSED).\n',
    });
  });
});

const METER = {
  eventName: 'completion',
  filters: [{ key: 'model', in: ['large', 'small'] }, { or: [{ key: 'tokens', greaterThan: 'LARGE' }, { not: { key: 'region', exists: true } }] }],
  valueDimension: 'tokens',
};
