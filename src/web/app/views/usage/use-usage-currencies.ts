import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiError } from '../../api/api-error';
import { useAnswer } from '../../api/use-api';
import { CurrenciesOfCustomer, CurrenciesOfUsage, type CurrenciesOfCustomerQuery, type CurrenciesOfUsageQuery } from '../../generated/usage';
import { useAddress } from '../../navigation/use-address';

interface Currency {
  readonly id: string;
  readonly name: string;
}

/**
 * Those a customer was ever granted or charged, or all of the environment; and the one that is looked at: that of the address, where it names none the first.
 * Null: there is none.
 */
export function useUsageCurrencies(customerId: string | null) {
  const ofCustomer = useAnswer(CurrenciesOfCustomer, { id: customerId ?? '' }, { enabled: customerId !== null });
  const ofAll = useAnswer(CurrenciesOfUsage, {}, { enabled: customerId === null });
  const query = (customerId === null ? ofAll : ofCustomer) as UseQueryResult<CurrenciesOfCustomerQuery | CurrenciesOfUsageQuery, ApiError>;
  const currencies = query.data ? currenciesOf(query.data) : [];
  const current = useAddress().text('currency') ?? currencies[0]?.id ?? null;
  return { query, currencies, current };
}

function currenciesOf(answer: CurrenciesOfCustomerQuery | CurrenciesOfUsageQuery): readonly Currency[] {
  if ('currencies' in answer) return answer.currencies.edges.map(({ node }) => node);
  const found = [...answer.creditBalances.edges, ...answer.creditGrants.edges].map(({ node }) => node.currency);
  return [...new Map(found.map((currency) => [currency.id, currency])).values()];
}
