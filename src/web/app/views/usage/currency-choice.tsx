import { useAnswer } from '../../api/use-api';
import { SelectField } from '../../components/field';
import { CurrenciesOfCustomer, CurrenciesOfUsage } from '../../generated/usage';
import { useAddress } from '../../navigation/use-address';

interface Currency {
  readonly id: string;
  readonly name: string;
}

/** Those a customer was ever granted, or all of the environment. */
function useCurrencies(customerId: string | null): readonly Currency[] {
  const ofCustomer = useAnswer(CurrenciesOfCustomer, { id: customerId ?? '' }, { enabled: customerId !== null });
  const ofAll = useAnswer(CurrenciesOfUsage, {}, { enabled: customerId === null });
  const found = ofCustomer.data?.creditGrants.edges.map(({ node }) => node.currency) ?? ofAll.data?.currencies.edges.map(({ node }) => node) ?? [];
  return [...new Map(found.map((currency) => [currency.id, currency])).values()];
}

/** Credits of different currencies are never added: where there are several, one is looked at. */
export function CurrencyChoice({ customerId }: { readonly customerId: string | null }) {
  const currencies = useCurrencies(customerId);
  const { text, change } = useAddress();
  const asked = text('currency');
  if (currencies.length < 2 && asked === null) return null;
  const options = currencies.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <SelectField
      label="Currency"
      options={asked === null ? [{ value: '', label: 'Choose …' }, ...options] : options}
      value={asked ?? ''}
      onChange={(event) => change({ currency: event.target.value || null })}
    />
  );
}
