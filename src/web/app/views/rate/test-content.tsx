import { Amount } from '../../components/amount';
import { eventText } from './event-text';
import { REFUSAL_NAMES, type FormulaTest } from './refusals';

/** What a test expects, and of which event. */
export function TestContent({ test }: { readonly test: FormulaTest }) {
  const { expectedCredits, expectedError } = test;
  const event = eventText(test);
  return (
    <span className="muted small">
      {expectedError === null ? <Amount value={expectedCredits ?? ''} unit="expected" /> : `refused: ${REFUSAL_NAMES[expectedError]}`}
      {event !== '' && `\u00a0· ${event}`}
    </span>
  );
}
