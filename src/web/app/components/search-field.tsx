import './search-field.css';
import { useEffect, useId, useState } from 'react';
import { useAddress } from '../navigation/use-address';
import { Icon } from './icon';

const PAUSE_MS = 250;

interface SearchFieldProps {
  readonly label: string;
  /** The parameter of the address that holds what is looked for. */
  readonly parameter?: string;
}

/** What is looked for goes into the address as soon as typing pauses. */
export function SearchField({ label, parameter = 'q' }: SearchFieldProps) {
  const { text, change } = useAddress();
  const sought = text(parameter) ?? '';
  const [typed, setTyped] = useState(sought);
  const [lastSought, setLastSought] = useState(sought);
  const id = useId();
  if (sought !== lastSought) {
    setLastSought(sought);
    setTyped(sought);
  }
  useEffect(() => {
    if (typed === sought) return;
    const timer = setTimeout(() => change({ [parameter]: typed || null }, { replace: true }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, sought, parameter, change]);
  return (
    <div className="search-field" role="search">
      <label htmlFor={id} className="only-spoken">
        {label}
      </label>
      <Icon name="search" />
      <input id={id} className="control" type="search" placeholder={label} value={typed} onChange={(event) => setTyped(event.target.value)} />
    </div>
  );
}
