import { groupDigits, isNegative, roundAmount } from '../format/amount';

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
  const shown = places === undefined ? value : roundAmount(value, places);
  const plus = signed && !isNegative(value) && /[1-9]/.test(value) ? '+' : '';
  const exact = shown === value ? undefined : `${groupDigits(value)}${unit ? ` ${unit}` : ''}`;
  return (
    <span className="numeric" title={exact}>
      {plus}
      {groupDigits(shown)}
      {unit && <span className="muted"> {unit}</span>}
    </span>
  );
}
