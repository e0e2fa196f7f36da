import { dimensionText } from '../../api/exact-json';
import { Amount } from '../../components/amount';
import { REFUSAL_NAMES, type FormulaTest } from './refusals';

/** What a test expects, and of which event. */
export function TestContent({ test }: { readonly test: FormulaTest }) {
  const { value, expectedCredits, expectedError } = test;
  const parts = Object.entries(test.dimensions).map(([key, one]) => `${key} ${dimensionText(one)}`);
  if (value !== '1') parts.unshift(`value ${value}`);
  return (
    <span className="muted small">
      {expectedError === null ? <Amount value={expectedCredits ?? ''} unit="expected" /> : `refused: ${REFUSAL_NAMES[expectedError]}`}
      {parts.length > 0 && ` · ${parts.join(' · ')}`}
    </span>
  );
}
