import { isZero } from '../format/amount';
import { signedPercent } from '../format/difference';
import { Amount } from './amount';

interface ChangeProps {
  readonly change: string;
  /** As a part of what it was; null: there was nothing. */
  readonly relative: string | null;
  readonly unit?: string;
  readonly places?: number;
}

/** How an amount changes: `+12.5 (+4.2 %)`. */
export function ChangeAmount({ change, relative, unit, places = 2 }: ChangeProps) {
  if (isZero(change)) return <span className="muted">no change</span>;
  return (
    <>
      <span className="nowrap">
        <Amount value={change} places={places} signed {...(unit !== undefined && { unit })} />
      </span>
      {relative !== null && (
        <>
          {' '}
          <span className="muted nowrap">{`(${signedPercent(relative)})`}</span>
        </>
      )}
    </>
  );
}
