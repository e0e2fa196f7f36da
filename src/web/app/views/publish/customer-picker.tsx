import { useId } from 'react';
import { useAnswer } from '../../api/use-api';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { Icon } from '../../components/icon';
import { useSettled } from '../../forms/use-settled';
import { CustomersToName } from '../../generated/publish';
import { useNaming, type NamedCustomer } from './use-naming';

interface PickerProps {
  readonly plan: { readonly id: string; readonly name: string };
  readonly customers: readonly NamedCustomer[];
  readonly onChange: (customers: readonly NamedCustomer[]) => void;
  /** What stands in the field and names nobody yet. */
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly problem: string | null;
}

/** Customers by their ids, one after the other or several with commas between them; those that begin with what is typed are offered. */
export function CustomerPicker({ plan, customers, onChange, typed, onType, problem }: PickerProps) {
  const listId = useId();
  const idPrefix = useSettled(typed.trim()) || null;
  const found = useAnswer(CustomersToName, { idPrefix }, { keepPrevious: true }).data?.customers.edges.map(({ node }) => node) ?? [];
  const naming = useNaming((found) => onChange([...customers, ...found]));
  const add = async (): Promise<void> => {
    const ids = new Set(typed.split(/[\s,]+/).filter((id) => id !== '' && !customers.some((one) => one.id === id)));
    const unknown = await naming.add([...ids]);
    onType(unknown.join(', '));
  };
  return (
    <div className="stack">
      <div className="picker">
        <TextField
          label="Customer"
          hint="By id. Several with commas between them."
          problem={naming.problem ?? problem}
          list={listId}
          value={typed}
          onChange={(event) => onType(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (!naming.isBusy) void add();
          }}
        />
        <Button onClick={() => void add()} busy={naming.isBusy} disabled={typed.trim() === ''}>
          Add
        </Button>
        <datalist id={listId}>
          {found.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </datalist>
      </div>
      {customers.length > 0 && (
        <ul className="picked" aria-label="Customers that are affected">
          {customers.map(({ id, name, planIds }) => (
            <li key={id}>
              <span title={id}>{name}</span>
              {!planIds.includes(plan.id) && <span className="muted">{`not on ${plan.name}`}</span>}
              <button type="button" aria-label={`Leave out ${name}`} onClick={() => onChange(customers.filter((one) => one.id !== id))}>
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
