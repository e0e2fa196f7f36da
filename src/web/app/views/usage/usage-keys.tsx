import { useId, useState, type DragEvent, type KeyboardEvent } from 'react';
import { useAnswer } from '../../api/use-api';
import { Icon } from '../../components/icon';
import { countOf } from '../../format/amount';
import { DimensionsOfUsage } from '../../generated/usage';
import { useAddress } from '../../navigation/use-address';
import { FIELDS, keyName } from './usage-names';
import type { UsageQuestion } from './usage-question';

const MOST_KEYS = 8;
/** More than these are shown on demand. */
const SHOWN_AT_FIRST = 10;

interface Offered {
  readonly key: string;
  readonly eventCount: number | null;
}

/** Everything that usage can be broken down by: the dimensions that it has in the range, texts first and those of most events, and the fields of all usage. */
function useOfferedKeys({ input }: UsageQuestion): { readonly isPending: boolean; readonly offered: readonly Offered[] } {
  const { customerId, range, from, to, timeZone } = input;
  const { data, isPending } = useAnswer(DimensionsOfUsage, { input: { customerId, range, from, to, timeZone } }, { keepPrevious: true });
  const seen = data?.creditUsageDimensions.edges.map(({ node }) => node) ?? [];
  const isNumber = ({ types }: (typeof seen)[number]): number => Number(types.every((type) => type === 'NUMBER'));
  const dimensions = [...seen].sort((a, b) => isNumber(a) - isNumber(b) || b.eventCount - a.eventCount);
  const fields = Object.keys(FIELDS).map((key) => ({ key, eventCount: null }));
  const [customer, feature, ...others] = fields;
  return { isPending, offered: [...(customerId === null ? [customer!] : []), feature!, ...dimensions, ...others] };
}

/** Toggles for all keys. Those that are on come first, in the order in which they group; dragged, or moved by arrow keys. */
export function UsageKeys({ question }: { readonly question: UsageQuestion }) {
  const { isPending, offered } = useOfferedKeys(question);
  const { change } = useAddress();
  const [showsAll, setShowsAll] = useState(false);
  const { groupBy } = question;
  const set = (keys: readonly string[]): void => change({ by: keys });
  const off = offered.filter(({ key }) => !groupBy.includes(key));
  const shown = showsAll ? off : off.slice(0, SHOWN_AT_FIRST);
  const isFull = groupBy.length >= MOST_KEYS;
  return (
    <div className="usage-keys" role="group" aria-label="Broken down by">
      <span className="usage-label">Broken down by</span>
      <KeysInOrder keys={groupBy} onChange={set} />
      {isPending && Array.from({ length: SHOWN_AT_FIRST }, (_, place) => <span key={place} className="chip chip-loading" aria-hidden="true" />)}
      {(isPending ? [] : shown).map(({ key, eventCount }) => (
        <button
          key={key}
          type="button"
          className="chip"
          aria-pressed="false"
          disabled={isFull}
          title={isFull ? `${MOST_KEYS} at most` : eventCount === null ? undefined : countOf(eventCount, 'event')}
          onClick={() => set([...groupBy, key])}
        >
          {keyName(key)}
        </button>
      ))}
      {!isPending && off.length > SHOWN_AT_FIRST && (
        <button type="button" className="chip chip-more" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Fewer' : `${off.length - SHOWN_AT_FIRST} more`}
        </button>
      )}
    </div>
  );
}

interface KeysInOrderProps {
  readonly keys: readonly string[];
  readonly onChange: (keys: readonly string[]) => void;
}

function KeysInOrder({ keys, onChange }: KeysInOrderProps) {
  const [dragged, setDragged] = useState<number | null>(null);
  const hint = useId();
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= keys.length || from === to) return;
    const rest = keys.filter((_, index) => index !== from);
    onChange([...rest.slice(0, to), keys[from]!, ...rest.slice(to)]);
  };
  const press = (index: number) => (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(index, index + step);
  };
  const drop = (index: number) => (event: DragEvent) => {
    event.preventDefault();
    if (dragged !== null) move(dragged, index);
    setDragged(null);
  };
  return (
    <>
      {keys.length > 1 && (
        <span id={hint} className="only-spoken">
          Left and right arrow keys change the order.
        </span>
      )}
      {keys.map((key, index) => (
        <button
          key={key}
          type="button"
          className="chip chip-on"
          aria-pressed="true"
          aria-describedby={keys.length > 1 ? hint : undefined}
          draggable={keys.length > 1}
          data-dragged={dragged === index || undefined}
          onClick={() => onChange(keys.filter((one) => one !== key))}
          onKeyDown={press(index)}
          onDragStart={() => setDragged(index)}
          onDragOver={(event) => event.preventDefault()}
          onDrop={drop(index)}
        >
          {keyName(key)}
          <Icon name="close" size={10} />
        </button>
      ))}
    </>
  );
}
