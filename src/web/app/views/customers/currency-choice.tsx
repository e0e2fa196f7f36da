import { useAddress } from '../../navigation/use-address';
import type { Currency } from './use-currency';

/** Amounts of different currencies are never added: one is looked at. Nothing where there is one only. */
export function CurrencyChoice({ currencies, current }: { readonly currencies: readonly Currency[]; readonly current: Currency }) {
  const { change } = useAddress();
  if (currencies.length < 2) return null;
  return (
    <select className="control control-fit" aria-label="Currency" value={current.id} onChange={(event) => change({ currency: event.target.value })}>
      {currencies.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
