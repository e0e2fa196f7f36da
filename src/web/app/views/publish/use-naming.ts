import { useState } from 'react';
import { ApiError } from '../../api/api-error';
import { ask } from '../../api/client';
import { CustomerToName, type CustomerToNameQuery } from '../../generated/publish';
import { useSession } from '../../session/session';

export interface NamedCustomer {
  readonly id: string;
  readonly name: string;
  /** The plans that it is on now or will be. */
  readonly planIds: readonly string[];
}

export interface Naming {
  readonly isBusy: boolean;
  /** Which ids nobody has; null: all were found. */
  readonly problem: string | null;
  /** Hands on those that there are, and gives the ids that nobody has. */
  add(ids: readonly string[]): Promise<readonly string[]>;
}

/** Ids become customers only where there are such: a mistyped one would silently charge nobody. */
export function useNaming(onFound: (customers: readonly NamedCustomer[]) => void): Naming {
  const { credential } = useSession();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const find = async (ids: readonly string[]): Promise<readonly string[]> => {
    const found = await Promise.all(ids.map(async (id) => (await ask(credential, CustomerToName, { id })).customer));
    onFound(found.flatMap((one) => (one ? namedFrom(one) : [])));
    const unknown = ids.filter((_, index) => !found[index]);
    setProblem(unknown.length === 0 ? null : `No customer has the id ${unknown.join(' or ')}.`);
    return unknown;
  };
  const add = async (ids: readonly string[]): Promise<readonly string[]> => {
    setBusy(true);
    try {
      return await find(ids);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
      return ids;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, problem, add };
}

function namedFrom({ id, name, planHistory }: NonNullable<CustomerToNameQuery['customer']>): NamedCustomer {
  const times = planHistory.edges.map(({ node }) => node).filter(({ to }) => to === null || Date.parse(to) > Date.now());
  return { id, name, planIds: times.map(({ planVersion }) => planVersion.plan.id) };
}
