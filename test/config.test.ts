import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig } from '../src/config';

function problems(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
  }
  return [];
}

describe('the settings', () => {
  test('without any, only this machine is served, from a database of our own, with the demo', () => {
    expect(readConfig({})).toMatchObject({ databaseUrl: null, host: '127.0.0.1', port: 4000, demo: true, logLevel: 'info', introspection: true });
  });

  test('an empty setting counts as absent', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ', DRAWDOWN_DEMO: '' })).toEqual(readConfig({}));
  });

  test.each([
    ['off', false],
    ['OFF', false],
    ['0', false],
    ['false', false],
    ['on', true],
    ['1', true],
  ])('DRAWDOWN_DEMO=%s is %s', (text, demo) => {
    expect(readConfig({ DRAWDOWN_DEMO: text }).demo).toBe(demo);
  });

  test('everything that is wrong is named at once, without repeating the value', () => {
    const found = problems({ PORT: '65536', DRAWDOWN_CONNECTIONS: '1', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://secret@host' });
    expect(found.map((line) => line.split(' ')[0]).sort()).toEqual(['DATABASE_URL', 'DRAWDOWN_CONNECTIONS', 'LOG_LEVEL', 'PORT']);
    expect(found.join()).not.toContain('secret');
  });

  test.each(['-1', '1.5', '1e3', '0x10', ' 80a'])('PORT=%s is refused', (text) => {
    expect(problems({ PORT: text })).toEqual(['PORT must be a whole number from 0 to 65535.']);
  });
});
