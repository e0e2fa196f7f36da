import { plannedOnce } from '../../src/store/planned-once';

const statement = (text: string) => ({ text, values: [1] });

describe('statements that are planned once', () => {
  test('one gets a name when it is asked for again, and keeps it', () => {
    expect(plannedOnce(statement('SELECT 1'))).toEqual(statement('SELECT 1'));
    const { name, ...again } = plannedOnce(statement('SELECT 1'));
    expect(again).toEqual(statement('SELECT 1'));
    expect(name).toMatch(/^breakdown-\d+$/);
    expect(plannedOnce({ text: 'SELECT 1', values: [2] })).toEqual({ text: 'SELECT 1', values: [2], name });
  });

  test('different statements never share a name, and beyond a hundred none gets one', () => {
    const texts = Array.from({ length: 300 }, (_, n) => `SELECT ${n} AS n`);
    for (const text of texts) plannedOnce(statement(text));
    const names = texts.flatMap((text) => plannedOnce(statement(text)).name ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(50);
    expect(names.length).toBeLessThanOrEqual(100);
  });
});
