import { useAnswer } from '../../api/use-api';
import { CurrenciesOfCustomer, CurrenciesOfUsage } from '../../generated/usage';

interface Currency {
  readonly id: string;
  readonly name: string;
}

/** Those a customer was ever granted, or all of the environment. */
export function useUsageCurrencies(customerId: string | null): readonly Currency[] {
  const ofCustomer = useAnswer(CurrenciesOfCustomer, { id: customerId ?? '' }, { enabled: customerId !== null });
  const ofAll = useAnswer(CurrenciesOfUsage, {}, { enabled: customerId === null });
  const found = ofCustomer.data?.creditGrants.edges.map(({ node }) => node.currency) ?? ofAll.data?.currencies.edges.map(({ node }) => node) ?? [];
  return [...new Map(found.map((currency) => [currency.id, currency])).values()];
}
