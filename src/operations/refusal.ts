import { DrawdownError } from '../domain/errors';
import { isConnectionLoss } from '../store/database';

/** What Prisma calls a database that cannot be reached, has no connection to spare, or gave up one of two transactions that waited for each other. */
const PRISMA_TRY_AGAIN = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034']);

/** The refusal that an error amounts to; null where it is a bug. A read that lost its connection may be tried again. */
export function refusalFrom(error: unknown): DrawdownError | null {
  if (error instanceof DrawdownError) return error;
  if (!(error instanceof Error)) return null;
  const code = (error as { code?: unknown }).code;
  if (isConnectionLoss(error) || (typeof code === 'string' && PRISMA_TRY_AGAIN.has(code)))
    return new DrawdownError('TRY_AGAIN', undefined, [], { cause: error });
  return error.cause === undefined ? null : refusalFrom(error.cause);
}
