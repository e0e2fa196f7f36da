import { expect, test } from '@jest/globals';
import { requirePostgresVersion, versionProblem } from '../../src/store/postgres-version';
import { testDatabaseUrl } from '../support/database';

test.each(['15.0', '16.4 (Debian 16.4-1.pgdg120+1)', '18beta1', '100.1'])('PostgreSQL %s will do', (version) => {
  expect(versionProblem(version)).toBeNull();
});

test.each(['14.9 (Debian 14.9-1)', '9.6.24', 'unknown'])('PostgreSQL %s is refused with a word why', (version) => {
  expect(versionProblem(version)).toBe(`PostgreSQL 15 or newer is needed; the one at DATABASE_URL is ${version}.`);
});

test('a server is asked for its version', async () => {
  await expect(requirePostgresVersion(await testDatabaseUrl({ migrated: false }))).resolves.toBeUndefined();
});
