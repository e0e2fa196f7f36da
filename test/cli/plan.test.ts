import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { planCommand } from '../../src/cli/plan';
import { catalogSnapshot, mutate } from '../support/catalog';
import { PlanDesk, pricedFile, WHOLE_CATALOG } from '../support/plan-desk';
import { testServer } from '../support/server';
import { onTerminal } from '../support/terminal';

const desk = new PlanDesk();

describe('a catalog in a file', () => {
  test('is pushed to an empty environment, pulled again to the same bytes, and pushing that changes nothing', async () => {
    const path = await desk.file('whole.yaml', WHOLE_CATALOG);
    expect(await desk.plan(['push', path, '--affects', 'ALL_CUSTOMERS', '--yes'])).toMatchObject({ code: 0, err: '' });
    for (const name of ['pulled.yaml', 'again.yml']) {
      const pulled = join(desk.folder, name);
      expect(await desk.plan(['pull', pulled], { key: desk.server.keys.READER })).toEqual({
        code: 0,
        err: '',
        out: `${pulled}: 1 currency, 2 features, 1 plan.\n`,
      });
      expect(await readFile(pulled, 'utf8')).toBe(WHOLE_CATALOG);
    }
    const before = await catalogSnapshot(desk.server.database);
    const nothing = { code: 0, err: '', out: 'The server is as the file says: there is nothing to change.\n' };
    expect(await desk.plan(['push', join(desk.folder, 'pulled.yaml'), '--affects', 'ALL_CUSTOMERS', '--yes'])).toEqual(nothing);
    expect(await desk.plan(['diff', join(desk.folder, 'pulled.yaml')], { key: desk.server.keys.READER })).toEqual(nothing);
    expect(await catalogSnapshot(desk.server.database)).toBe(before);
  });

  test('can be JSON as well, which says the same', async () => {
    await desk.plan(['push', await desk.file('first.yaml', WHOLE_CATALOG), '--affects', 'ALL_CUSTOMERS', '--yes']);
    const [one, two] = [join(desk.folder, 'one.json'), join(desk.folder, 'two.json')];
    await desk.plan(['pull', one]);
    await desk.plan(['pull', two]);
    const text = await readFile(one, 'utf8');
    expect(await readFile(two, 'utf8')).toBe(text);
    expect(text).toContain('"highest": 12345678901234567890.5');
    expect(await desk.plan(['push', one, '--yes'])).toMatchObject({ code: 0, out: expect.stringContaining('nothing to change') });
    const other = await testServer(desk.server.database);
    const pushed = ['push', one, '--affects', 'ALL_CUSTOMERS', '--yes', '--url', `${other.url}/graphql`, '--key', other.keys.ADMIN];
    expect(await onTerminal((terminal) => planCommand(terminal).parseAsync(pushed, { from: 'user' }))).toMatchObject({ code: 0, err: '' });
    const copied = ['pull', two, '--url', `${other.url}/graphql`, '--key', other.keys.READER];
    await onTerminal((terminal) => planCommand(terminal).parseAsync(copied, { from: 'user' }));
    expect(await readFile(two, 'utf8')).toBe(text);
  });

  test('holds what is published, not what is in a draft', async () => {
    await desk.seller.sell({ calls: '2' });
    await mutate(desk.server, 'createPlan', { id: 'planned', name: 'Planned' }, '__typename');
    await mutate(desk.server, 'createPlanDraft', { planId: 'planned' }, '__typename');
    await mutate(desk.server, 'createPlanDraft', { planId: 'pro' }, '__typename');
    const price = { featureId: 'calls', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '3' };
    await mutate(desk.server, 'setRate', { planId: 'pro', version: 2, ...price }, '__typename');
    await desk.plan(['pull', join(desk.folder, 'published.yaml')]);
    expect(await readFile(join(desk.folder, 'published.yaml'), 'utf8')).toContain(`plans:
  planned:
    name: Planned
  pro:
    name: pro
    rates:
      calls:
        currencyId: credits
        creditsPerUnit: "2"
`);
  });
});

describe('diff', () => {
  beforeEach(async () => {
    await desk.seller.sell({ calls: '2', files: '1' });
    await desk.seller.customer('ada');
    await desk.seller.customer('bob');
    await desk.seller.report('ada', 'calls', { value: '5' });
  });

  test('tells each difference in words, with warnings and impact, changes nothing, and ends with 1', async () => {
    const path = await desk.file(
      'new-price.yaml',
      `${pricedFile('formula: 3 * tokens').replace('plans:', 'features:\n  calls:\n    name: Calls\nplans:')}`,
    );
    const before = await catalogSnapshot(desk.server.database);
    const { out, err, code } = await desk.plan(['diff', path, '--customers', 'ada'], { key: desk.server.keys.READER });
    expect({ err, code }).toEqual({ err: '', code: 1 });
    expect(out).toBe(`feature calls changes:
  name: "calls" → "Calls"
plan pro, against version 1:
  calls costs credits by the formula “3 * tokens” instead of 2 credits per unit.
    In the last 30 days: 1 event, 10 credits.
  files is no longer priced: usage of it is refused. Until now it costs 1 credit per unit.
  warning DIMENSION_NEVER_SEEN, line 11: ${/DIMENSION_NEVER_SEEN, line 11: (.*)/.exec(out)?.[1]}
  Customers that it would affect with
    ALL_CUSTOMERS: 2
    NEW_CUSTOMERS: 0
    CUSTOMERS: 1
Not in the file, and left as it is: currency credits, feature files.
`);
    expect(await catalogSnapshot(desk.server.database)).toBe(before);
  });

  test('describes plans, features and currencies that are not on the server yet', async () => {
    const path = await desk.file(
      'new-things.yaml',
      `drawdown: 1
currencies:
  gold: { name: Gold, unitSingular: coin, unitPlural: coins }
features:
  images: { name: Images, unit: picture }
plans:
  pro:
    name: pro
    rates:
      calls: { currencyId: gold, creditsPerUnit: 2 }
      files: { currencyId: credits, creditsPerUnit: 1 }
      images: { currencyId: credits, creditsPerUnit: 4 }
  free:
    name: Free
    rates:
      files: { currencyId: gold, creditsPerUnit: 1 }
`,
    );
    expect((await desk.plan(['diff', path])).out).toBe(`currency gold is new:
  name: "Gold"
  unitSingular: "coin"
  unitPlural: "coins"
feature images is new:
  name: "Images"
  unit: "picture"
plan free is new:
  name: "Free"
plan pro, against version 1:
  calls costs 2 coins per unit instead of 2 credits per unit.
  Images is priced from now on: it costs 4 credits per picture.
  Customers that it would affect with
    ALL_CUSTOMERS: 2
    NEW_CUSTOMERS: 0
plan free, against nothing, as none was published yet:
  files is priced from now on: it costs 1 coin per unit.
Not in the file, and left as it is: currency credits, feature calls, feature files.
`);
  });

  test('tells all problems of a file at once, each with its line and column, and ends with 2', async () => {
    await mutate(desk.server, 'createFeature', { id: 'old', name: 'Old' }, '__typename');
    await mutate(desk.server, 'archiveFeature', { id: 'old' }, '__typename');
    const path = await desk.file(
      'bad.yaml',
      `drawdown: 1
currencies:
  credits:
    symbol: 5
    unit: x
features:
  old:
    name: Old
  "b d":
    name: ""
    dimensions:
      n: { type: NUMBER, lowest: 3, highest: 2 }
      m: { type: NUMER }
plans:
  pro:
    name: Pro
    rates:
      calls:
        currencyId: silver
        formula: |-
          1 +
          (tokens
      files:
        currencyId: credits
        creditsPerUnit: "1"
        formula: "1"
      nowhere:
        currencyId: credits
        creditsPerUnit: -1
        tests:
          - { name: a, expectedCredits: "1" }
  free:
    name: Free
    rates:
      files:
        currencyId: credits
        creditsPerUnit: 2
        tests:
          - name: wrong
            value: 2
            expectedCredits: 5
`,
    );
    const { out, err, code } = await desk.plan(['push', path, '--affects', 'ALL_CUSTOMERS', '--yes']);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err.replaceAll(path, 'FILE')).toBe(`FILE:3:3: currencies/credits: must have name.
FILE:4:5: currencies/credits/symbol: must be a text; write it in quotes.
FILE:5:5: currencies/credits/unit: is no field here; there are name, symbol, unitSingular, unitPlural.
FILE:7:3: features/old: is archived on the server, for good.
FILE:9:3: features/b d: The id must only have letters from A-Z and a-z, digits and _ . : @ $ -, without spaces.
FILE:10:5: features/b d/name: must not be empty.
FILE:12:37: features/b d/dimensions/n/highest: must not be below lowest.
FILE:13:12: features/b d/dimensions/m/type: must be one of TEXT, NUMBER, BOOLEAN.
FILE:19:9: plans/pro/rates/calls/currencyId: There is no currency silver, in the file or on the server.
FILE:20:9: plans/pro/rates/calls/formula: In line 2, column 1 of it: This bracket is never closed.
FILE:23:7: plans/pro/rates/files: must have exactly one of creditsPerUnit and formula.
FILE:27:7: plans/pro/rates/nowhere: There is no feature nowhere, in the file or on the server.
FILE:29:9: plans/pro/rates/nowhere/creditsPerUnit: must be a number of at least 0, such as 12.5, written without commas, with at most 26 digits before the point and 12 after.
FILE:39:13: plans/free/rates/files/tests/0: "wrong" gives 4 credits, not 5 credits.
`);
  });

  test.each([
    ['twice.yaml', 'drawdown: 1\nplans: {}\nplans: {}\n', ':3:1: Map keys must be unique\n'],
    ['broken.json', '{"drawdown": 1,}', ':1:16: The file is not JSON: Expected double-quoted property name in JSON at position 15.\n'],
    ['alias.yaml', 'drawdown: 1\nplans:\n  a: &a { name: x }\n  b: *a\n', ':4:3: plans/b: must be a map of name, rates.\n'],
    ['version.yaml', 'drawdown: 2\n', ':1:1: drawdown: must be 1, which says how the file is to be read.\n'],
    ['empty.yaml', '', ':1:1: must be a map with drawdown, currencies, features, plans.\n'],
  ])('does not take %s', async (name, text, message) => {
    const path = await desk.file(name, text);
    const { err, code } = await desk.plan(['diff', path]);
    expect(code).toBe(2);
    expect(err.split('\n')[0]).toBe(`${path}${message}`.split('\n')[0]);
  });
});
