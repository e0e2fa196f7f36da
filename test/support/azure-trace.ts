import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The real one is large and lies beside the project where it is there at all; the synthetic one, of the same form, is always there. */
const REAL_TRACE = join(__dirname, '..', '..', '..', 'shared', 'data', 'azure-llm-trace-2023-code.csv');
const SYNTHETIC_TRACE = join(__dirname, '..', 'scenarios', 'synthetic-trace.csv');

/** By their names: TIMESTAMP, ContextTokens and GeneratedTokens of requests to a language model, all in November 2023. */
export const TRACES = (existsSync(REAL_TRACE) ? [SYNTHETIC_TRACE, REAL_TRACE] : [SYNTHETIC_TRACE]).map((path): [string, string] => [
  basename(path),
  path,
]);
export const NOVEMBER = { from: '2023-11-01T00:00:00Z', to: '2023-12-01T00:00:00Z' };

export interface TraceLine {
  readonly timestamp: string;
  readonly contextTokens: string;
  readonly generatedTokens: string;
}

/** The lines straight from the text of the file, independent of the program. */
export function traceLines(trace: string): TraceLine[] {
  const lines = readFileSync(trace, 'utf8').trim().split(/\r?\n/).slice(1);
  return lines.map((line) => {
    const [timestamp, contextTokens, generatedTokens] = line.split(',');
    return { timestamp: timestamp!, contextTokens: contextTokens!, generatedTokens: generatedTokens! };
  });
}

/** An amount of whole ten-thousandths of a credit, as the API writes it. */
export function asDecimal(tenThousandths: bigint): string {
  const digits = (tenThousandths < 0n ? -tenThousandths : tenThousandths).toString().padStart(5, '0');
  return `${tenThousandths < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
}
