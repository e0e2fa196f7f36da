import { Icon } from '../../components/icon';
import { useAddress } from '../../navigation/use-address';
import { FilterDialog } from './filter-dialog';
import { useNameOf } from './use-name-of';
import { filterText } from './usage-names';
import { filterTexts, opposite, type UsageFilter, type UsageQuestion } from './usage-question';

/** What is kept of all usage. A filter turns round at a click on its words, and goes at a click on its cross. */
export function UsageFilters({ question }: { readonly question: UsageQuestion }) {
  const address = useAddress();
  const { filters } = question;
  const set = (next: readonly UsageFilter[]): void => address.change({ where: filterTexts(next), dialog: null });
  const isOpen = address.text('dialog') === 'filter';
  return (
    <div className="usage-keys" role="group" aria-label="Filters">
      <span className="usage-label">Only where</span>
      {filters.map((filter, index) => (
        <FilterChip
          key={filterText(filter)}
          filter={filter}
          onTurn={() => set(filters.map((one, place) => (place === index ? opposite(one) : one)))}
          onRemove={() => set(filters.filter((_, place) => place !== index))}
        />
      ))}
      <button type="button" className="chip" onClick={() => address.change({ dialog: 'filter' })}>
        <Icon name="plus" size={12} />
        Filter
      </button>
      {isOpen && (
        <FilterDialog
          question={question}
          onAdd={(filter) => set([...filters, filter])}
          onClose={() => address.change({ dialog: null }, { replace: true })}
        />
      )}
    </div>
  );
}

interface FilterChipProps {
  readonly filter: UsageFilter;
  readonly onTurn: () => void;
  readonly onRemove: () => void;
}

function FilterChip({ filter, onTurn, onRemove }: FilterChipProps) {
  const words = filterText(filter, useNameOf(filter));
  return (
    <span className="chip chip-filter">
      <button type="button" title="Turn round" aria-label={`${words}: turn round`} onClick={onTurn}>
        {words}
      </button>
      <button type="button" aria-label={`${words}: take away`} onClick={onRemove}>
        <Icon name="close" size={10} />
      </button>
    </span>
  );
}
