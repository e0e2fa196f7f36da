import { useAnswer } from '../../api/use-api';
import { CurrenciesToChoose, type CurrenciesToChooseQuery } from '../../generated/customers';
import { useAddress } from '../../navigation/use-address';

export type Currency = CurrenciesToChooseQuery['currencies']['edges'][number]['node'];

/** The currency of the address; where it names none, the first. */
export function useCurrencies() {
  const query = useAnswer(CurrenciesToChoose, {});
  const { text } = useAddress();
  const currencies = query.data?.currencies.edges.map(({ node }) => node) ?? [];
  const wanted = text('currency');
  const current = currencies.find(({ id }) => id === wanted) ?? currencies[0] ?? null;
  return { query, currencies, current };
}
