import { useAddress } from '../navigation/use-address';
import { SelectField } from './field';

interface CurrencyChoiceProps {
  readonly currencies: readonly { readonly id: string; readonly name: string }[];
  /** The id of the one that is looked at; null: none is chosen. */
  readonly current: string | null;
  /** What stands for none; absent: one is always looked at. */
  readonly none?: string;
  /** What goes from the address with another currency. */
  readonly without?: Readonly<Record<string, null>>;
}

/** Credits of different currencies are never added: where there are several, one is looked at. */
export function CurrencyChoice({ currencies, current, none, without = {} }: CurrencyChoiceProps) {
  const { text, change } = useAddress();
  if (currencies.length < 2 && text('currency') === null) return null;
  const options = currencies.map(({ id, name }) => ({ value: id, label: name }));
  if (current !== null && !options.some(({ value }) => value === current)) options.push({ value: current, label: current });
  return (
    <SelectField
      label="Currency"
      options={none === undefined ? options : [{ value: '', label: none }, ...options]}
      value={current ?? ''}
      onChange={(event) => change({ ...without, currency: event.target.value || null })}
    />
  );
}
