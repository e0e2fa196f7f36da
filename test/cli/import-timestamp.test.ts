import { instantOf, zoneOf } from '../../src/cli/import-timestamp';

const UTC = zoneOf('UTC')!;
const LONDON = zoneOf('Europe/London')!;

describe('a timestamp of a file', () => {
  test.each([
    ['2023-11-16 18:17:03.9799600', '2023-11-16T18:17:03.979Z', 'seven decimals are cut to milliseconds'],
    ['2023-11-16T18:17:03Z', '2023-11-16T18:17:03.000Z', 'RFC 3339'],
    ['2023-11-16T18:17:03.5+02:00', '2023-11-16T16:17:03.500Z', 'an offset'],
    ['2023-11-16 18:17:03 +0530', '2023-11-16T12:47:03.000Z', 'an offset without colon'],
    ['2023-11-16 18:17:03 UTC', '2023-11-16T18:17:03.000Z', 'the word UTC'],
    ['2023-11-16 18:17', '2023-11-16T18:17:00.000Z', 'minutes only'],
    ['2023-11-16 18:17:03,25', '2023-11-16T18:17:03.250Z', 'a decimal comma'],
    ['2023-11-16', '2023-11-16T00:00:00.000Z', 'a bare date is its midnight'],
    ['1700158623', '2023-11-16T18:17:03.000Z', 'seconds since 1970'],
    ['1700158623.97996', '2023-11-16T18:17:03.979Z', 'seconds with decimals'],
    ['1700158623979', '2023-11-16T18:17:03.979Z', 'milliseconds since 1970'],
  ])('%s is read as %s (%s)', (text, instant) => {
    expect(instantOf(text, UTC)).toBe(instant);
  });

  test('without a zone is local to the zone of --timestamp-zone, in summer as in winter', () => {
    expect(instantOf('2023-07-01 12:00:00', LONDON)).toBe('2023-07-01T11:00:00.000Z');
    expect(instantOf('2023-12-01 12:00:00', LONDON)).toBe('2023-12-01T12:00:00.000Z');
    expect(instantOf('2023-07-01', zoneOf('+02:00')!)).toBe('2023-06-30T22:00:00.000Z');
  });

  test('with a zone of its own does not care for --timestamp-zone', () => {
    expect(instantOf('2023-07-01T12:00:00Z', LONDON)).toBe('2023-07-01T12:00:00.000Z');
  });

  test.each([
    '',
    'yesterday',
    '2023-02-30',
    '2023-13-01 00:00:00',
    '2023-11-16 25:00:00',
    '16/11/2023',
    '2023-11-16+02:00',
    '12345',
    '2023-11-16 18:17:03 EST',
  ])('%j is none', (text) => {
    expect(instantOf(text, UTC)).toBeNull();
  });

  test('a zone that does not exist is none', () => {
    expect(zoneOf('Europe/Atlantis')).toBeNull();
    expect(zoneOf('')).toBeNull();
  });
});
