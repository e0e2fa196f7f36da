import { beforeAll, describe, expect, test } from '@jest/globals';
import { catalogSnapshot, codeOf, fieldsOf, mutate, tryMutation } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await testServer(await testDatabase());
});

const METER = `meter { eventName valueDimension filters {
  key equals in prefix exists greaterThan atLeast lessThan atMost and { key equals } or { key exists } not { key prefix } } }`;
const NOTHING = {
  ...{ key: null, equals: null, in: null, prefix: null, exists: null, greaterThan: null, atLeast: null, lessThan: null, atMost: null },
  ...{ and: null, or: null, not: null },
};

describe('the meter of a feature', () => {
  test('can be read as it was written, is replaced as a whole, stays where it is not named, and goes with null', async () => {
    const meter = {
      eventName: 'completion',
      filters: [
        { key: 'model', in: ['gpt-4o', null] },
        { key: 'tokens', atLeast: 1.5, lessThan: 1000 },
        { or: [{ key: 'cached', exists: true }] },
        { not: { key: 'user', prefix: 'test-' } },
        { key: 'region', equals: null },
      ],
      valueDimension: 'tokens',
    };
    const read = {
      ...meter,
      filters: [
        { ...NOTHING, key: 'model', in: ['gpt-4o', null] },
        { ...NOTHING, key: 'tokens', atLeast: 1.5, lessThan: 1000 },
        { ...NOTHING, or: [{ key: 'cached', exists: true }] },
        { ...NOTHING, not: { key: 'user', prefix: 'test-' } },
        { ...NOTHING, key: 'region', exists: false },
      ],
    };
    expect((await mutate(server, 'createFeature', { id: 'chat', name: 'Chat', meter }, `feature { ${METER} }`)).feature.meter).toEqual(read);
    const update = async (change: object) => (await mutate(server, 'updateFeature', { id: 'chat', ...change }, `feature { name ${METER} }`)).feature;
    expect(await update({ name: 'Chats' })).toEqual({ name: 'Chats', meter: read });
    expect(await update({ meter: { eventName: 'call' } })).toEqual({
      name: 'Chats',
      meter: { eventName: 'call', filters: [], valueDimension: null },
    });
    const { data } = await server.graphql(`{ feature(id: "chat") { ${METER} } features { edges { node { ${METER} } } } }`);
    expect(data.feature.meter).toEqual({ eventName: 'call', filters: [], valueDimension: null });
    expect(data.features.edges).toEqual([{ node: data.feature }]);
    expect(await update({ meter: null })).toEqual({ name: 'Chats', meter: null });
  });

  test('with a bad part is refused with all that is wrong, and changes nothing', async () => {
    await mutate(server, 'createFeature', { id: 'image', name: 'Image' }, '__typename');
    const meter = { eventName: '', filters: [{ key: 'customerId', equals: 'x' }, { and: [] }], valueDimension: '' };
    const before = await catalogSnapshot(server.database);
    for (const [name, input] of [
      ['createFeature', { id: 'other', name: 'Other', meter }],
      ['updateFeature', { id: 'image', meter }],
    ] as const) {
      const answer = await tryMutation(server, name, input);
      expect(codeOf(answer)).toBe('INPUT_INVALID');
      expect(fieldsOf(answer)).toEqual(['meter.eventName', 'meter.filters.0.key', 'meter.filters.1.and', 'meter.valueDimension']);
    }
    expect(await catalogSnapshot(server.database)).toBe(before);
  });

  test('may have the event name of 31 others in use, and not of more', async () => {
    const create = (index: number) => tryMutation(server, 'createFeature', { id: `many-${index}`, name: 'Many', meter: { eventName: 'many' } });
    for (let index = 1; index <= 32; index += 1) expect((await create(index)).errors).toBeUndefined();
    const before = await catalogSnapshot(server.database);
    expect(codeOf(await create(33))).toBe('INPUT_INVALID');
    expect(codeOf(await create(1))).toBe('ALREADY_EXISTS');
    expect(codeOf(await tryMutation(server, 'updateFeature', { id: 'image', meter: { eventName: 'many' } }))).toBe('INPUT_INVALID');
    expect(await catalogSnapshot(server.database)).toBe(before);
    await mutate(server, 'updateFeature', { id: 'many-1', meter: { eventName: 'many', valueDimension: 'x' } }, '__typename');
    await mutate(server, 'archiveFeature', { id: 'many-2' }, '__typename');
    expect((await create(33)).errors).toBeUndefined();
  });
});
