import './ledger-filters.css';
import { Button } from '../../components/button';
import { SelectField, TextField } from '../../components/field';
import { instantFromLocalInput, LOCAL_ZONE, localInputText } from '../../format/instant';
import { useAddress } from '../../navigation/use-address';
import { KIND_NAMES, KINDS } from './kinds';

const FILTERS = ['kind', 'from', 'to', 'order', 'grant', 'feature', 'currency', 'entry'];

/** Each is a parameter of the address. What the seller's catalog has is not offered: a customer may not list it. */
export function LedgerFilters() {
  const { text, change } = useAddress();
  const isFiltered = FILTERS.some((name) => text(name) !== null);
  const instant = (name: 'from' | 'to') => ({
    type: 'datetime-local',
    value: text(name) === null ? '' : localInputText(text(name)!),
    onChange: (event: { target: { value: string } }) => change({ [name]: instantFromLocalInput(event.target.value) }, { replace: true }),
  });
  return (
    <form className="ledger-filters" role="search" aria-label="Entries" onSubmit={(event) => event.preventDefault()}>
      <SelectField
        label="Kind"
        value={text('kind') ?? ''}
        options={[{ value: '', label: 'All kinds' }, ...KINDS.map((kind) => ({ value: kind, label: KIND_NAMES[kind] }))]}
        onChange={(event) => change({ kind: event.target.value || null })}
      />
      <TextField label={`From, ${LOCAL_ZONE}`} {...instant('from')} />
      <TextField label={`Before, ${LOCAL_ZONE}`} {...instant('to')} />
      <TextField
        label="Feature id"
        value={text('feature') ?? ''}
        placeholder="Any"
        onChange={(event) => change({ feature: event.target.value || null }, { replace: true })}
      />
      <SelectField
        label="Order"
        value={text('order') ?? 'newest'}
        options={[
          { value: 'newest', label: 'Newest first' },
          { value: 'oldest', label: 'Oldest first' },
        ]}
        onChange={(event) => change({ order: event.target.value === 'oldest' ? 'oldest' : null })}
      />
      {isFiltered && (
        <Button look="quiet" onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, null])))}>
          Show all
        </Button>
      )}
    </form>
  );
}
