import type { Problem } from './errors';
import { instantProblems } from './instant';
import { MOST_LISTED_CUSTOMERS, type PublicationScope } from './publication';

/** Whom a publication is about. `customerIds` exactly with the scope CUSTOMERS. */
export interface AffectsInput {
  readonly scope: PublicationScope;
  readonly customerIds?: readonly string[] | null;
}

/** What is wrong with the choice of whom a publication is about, whoever the customers are. */
export function affectsProblems({ scope, customerIds }: AffectsInput): Problem[] {
  const field = 'affects.customerIds';
  if (scope !== 'CUSTOMERS') return customerIds ? [{ field, message: 'must be given with the scope CUSTOMERS, and only then.' }] : [];
  if (!customerIds || customerIds.length === 0 || customerIds.length > MOST_LISTED_CUSTOMERS)
    return [{ field, message: `must be 1 to ${MOST_LISTED_CUSTOMERS} customers with the scope CUSTOMERS.` }];
  return customerIds.flatMap((id, index) =>
    customerIds.indexOf(id) === index ? [] : [{ field: `${field}.${index}`, message: `The customer ${id} is listed twice.` }],
  );
}

/** What is wrong with an instant from which on something is to be in force. Absent means now, and what is over cannot be changed. */
export function effectiveAtProblems(field: string, instant: Date | null | undefined, now: Date): Problem[] {
  const problems = instantProblems(field, instant);
  if (problems.length > 0 || !instant || instant >= now) return problems;
  return [{ field, message: 'must not be in the past: what was reported until now has been charged.' }];
}
