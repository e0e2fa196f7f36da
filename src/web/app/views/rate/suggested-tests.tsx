import { stringifyExactly } from '../../api/exact-json';
import { useAnswer } from '../../api/use-api';
import { Button } from '../../components/button';
import { SuggestedTests as Suggested } from '../../generated/rate';
import type { FormulaTest } from './refusals';
import { TestContent } from './test-content';

interface SuggestedTestsProps {
  readonly featureId: string;
  readonly formula: string;
  readonly kept: readonly FormulaTest[];
  readonly busy: boolean;
  readonly onAdd: (tests: readonly FormulaTest[]) => void;
}

/** Real events that show what the formula does: a typical one, one for each branch, and the extremes. Those that are kept are not offered again. */
export function SuggestedTests({ featureId, formula, kept, busy, onAdd }: SuggestedTestsProps) {
  const found = useAnswer(Suggested, { input: { featureId, formula } }).data?.suggestFormulaTests ?? [];
  const eventOf = ({ value, dimensions }: FormulaTest): string => stringifyExactly({ value, dimensions });
  const keptEvents = new Set(kept.map(eventOf));
  const keptNames = new Set(kept.map(({ name }) => name));
  const offered = found.filter((test) => !keptEvents.has(eventOf(test)) && !keptNames.has(test.name));
  if (offered.length === 0) return null;
  return (
    <details className="reference" open={kept.length === 0}>
      <summary>{`Suggested from real events (${offered.length})`}</summary>
      <div className="stack-close">
        <ul className="tests">
          {offered.map((test) => (
            <li key={test.name} className="test">
              <span className="two-lines">
                <strong>{test.name}</strong>
                <TestContent test={test} />
              </span>
              <Button look="quiet" disabled={busy} onClick={() => onAdd([test])} aria-label={`Add the test ${test.name}`}>
                Add
              </Button>
            </li>
          ))}
        </ul>
        <div>
          <Button disabled={busy} onClick={() => onAdd(offered)}>
            Add all
          </Button>
        </div>
      </div>
    </details>
  );
}
