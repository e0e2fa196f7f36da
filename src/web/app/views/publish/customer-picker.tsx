import { useId, useState } from 'react';
import { useAnswer } from '../../api/use-api';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { Icon } from '../../components/icon';
import { useSettled } from '../../forms/use-settled';
import { CustomersToName } from '../../generated/publish';

export interface NamedCustomer {
  readonly id: string;
  readonly name: string;
}

interface PickerProps {
  readonly customers: readonly NamedCustomer[];
  readonly onChange: (customers: readonly NamedCustomer[]) => void;
  readonly problem: string | null;
}

/** Customers by their ids, one after the other or several with commas between them; those that begin with what is typed are offered. */
export function CustomerPicker({ customers, onChange, problem }: PickerProps) {
  const [typed, setTyped] = useState('');
  const listId = useId();
  const idPrefix = useSettled(typed.trim()) || null;
  const found = useAnswer(CustomersToName, { idPrefix }, { keepPrevious: true }).data?.customers.edges.map(({ node }) => node) ?? [];
  const add = (): void => {
    const ids = typed.split(/[\s,]+/).filter((id) => id !== '' && !customers.some((one) => one.id === id));
    onChange([...customers, ...ids.map((id) => found.find((one) => one.id === id) ?? { id, name: id })]);
    setTyped('');
  };
  return (
    <div className="stack">
      <div className="picker">
        <TextField
          label="Customer"
          hint="By id. Several with commas between them."
          problem={problem}
          list={listId}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button onClick={add} disabled={typed.trim() === ''}>
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
          {customers.map(({ id, name }) => (
            <li key={id}>
              <span title={id}>{name}</span>
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
