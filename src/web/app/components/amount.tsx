import './amount.css';
import { groupDigits, isZero, shownAmount, splitAmount } from '../format/amount';

interface AmountProps {
  readonly value: string;
  /** Shows so many digits after the point at most; all of them stand in the tooltip. Absent: every digit. */
  readonly places?: number;
  readonly unit?: string;
  /** Writes a plus before what is above zero, as for changes. */
  readonly signed?: boolean;
}

/** An exact decimal amount. */
export function Amount({ value, places, unit, signed = false }: AmountProps) {
  const shown = places === undefined ? groupDigits(value) : shownAmount(value, places);
  const plus = signed && /^[\d.,]*[1-9]/.test(shown) ? '+' : '';
  const exact = shown === groupDigits(value) ? undefined : `${groupDigits(value)}${unit ? ` ${unit}` : ''}`;
  return (
    <span className="numeric" title={exact}>
      {plus}
      <Digits text={shown} />
      {unit && <span className="muted"> {unit}</span>}
    </span>
  );
}

/** More characters than these take a second line where there is no room for them. */
const LINE = 14;

/** A long one breaks before its point, and what is after it steps back, unless there is nothing before. */
function Digits({ text }: { readonly text: string }) {
  const { whole, fraction } = splitAmount(text);
  if (text.length <= LINE || fraction === '') return text;
  if (isZero(whole)) return <span className="amount-long">{text}</span>;
  return (
    <span className="amount-long">
      {whole}
      <wbr />
      <span className="amount-fraction">{fraction}</span>
    </span>
  );
}
