import { describe, expect, test } from '@jest/globals';
import { Turns } from '../../src/store/turns';

/** Work that goes on until it is told to end. */
function work() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { do: () => ended, end };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  test('are taken by so many at once, and passed on in order', async () => {
    const turns = new Turns(2, 10);
    const works = Array.from({ length: 5 }, work);
    const begun: number[] = [];
    const done = works.map((one, index) =>
      turns.take(() => {
        begun.push(index);
        return one.do();
      }),
    );
    await soon();
    expect(begun).toEqual([0, 1]);
    works[1]!.end();
    await soon();
    expect(begun).toEqual([0, 1, 2]);
    for (const one of works) one.end();
    await Promise.all(done);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  test('are refused with TRY_AGAIN where too many wait', async () => {
    const turns = new Turns(1, 1);
    const first = work();
    const done = [turns.take(first.do), turns.take(async () => undefined)];
    await expect(turns.take(async () => undefined)).rejects.toMatchObject({ code: 'TRY_AGAIN' });
    first.end();
    await Promise.all(done);
    await expect(turns.take(async () => 'again')).resolves.toBe('again');
  });

  test('are given back by work that fails', async () => {
    const turns = new Turns(1, 0);
    await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(turns.take(async () => 1)).resolves.toBe(1);
  });
});
