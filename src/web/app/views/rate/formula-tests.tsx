import { useAnswer, useChange } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { FormFailure } from '../../components/field';
import { isZero } from '../../format/amount';
import { differenceText } from '../../format/difference';
import { FormulaTestsOf, KeepFormulaTests } from '../../generated/rate';
import { NewTest } from './new-test';
import type { Pricing } from './pricing';
import { isRefusal, REFUSAL_NAMES, type FormulaTest } from './refusals';
import { SuggestedTests } from './suggested-tests';
import { TestContent } from './test-content';
import { useTried, type Sample } from './use-tried';

interface FormulaTestsProps {
  readonly planId: string;
  readonly featureId: string;
  /** As it is saved; tests are kept with it. */
  readonly pricing: Pricing;
  readonly isUnsaved: boolean;
  /** What is typed, and the event that it is tried on. */
  readonly formula: string | null;
  readonly sample: Sample;
}

/** Examples that are kept with the price, each run by what is typed. A version whose tests fail cannot be published. */
export function FormulaTests({ planId, featureId, pricing, isUnsaved, formula, sample }: FormulaTestsProps) {
  const draft = useAnswer(FormulaTestsOf, { planId }).data?.plan?.draft;
  const rate = draft?.rates.find(({ feature }) => feature.id === featureId);
  const keep = useChange(KeepFormulaTests);
  if (!draft || !rate) return null;
  const save = (tests: readonly FormulaTest[]): void => {
    const price = pricing.mode === 'FLAT' ? { creditsPerUnit: pricing.creditsPerUnit } : { formula: pricing.formula };
    const { currencyId, mode } = pricing;
    keep.mutate({ input: { planId, version: draft.number, featureId, currencyId, mode, ...price, tests } });
  };
  return (
    <Card title="Tests" hint="Events with what they must cost. A version whose tests fail is not published.">
      <div className="stack">
        <FormFailure error={keep.error} fields={[]} />
        {rate.tests.length > 0 && (
          <ul className="tests">
            {rate.tests.map((test) => (
              <TestItem
                key={test.name}
                test={test}
                formula={formula}
                onRemove={isUnsaved ? null : () => save(rate.tests.filter((one) => one.name !== test.name))}
              />
            ))}
          </ul>
        )}
        {isUnsaved ? (
          <p className="muted small">Save the price first to add or remove tests.</p>
        ) : (
          <>
            <NewTest
              names={rate.tests.map(({ name }) => name)}
              formula={formula}
              sample={sample}
              busy={keep.isPending}
              onAdd={(test) => save([...rate.tests, test])}
            />
            {pricing.mode === 'FORMULA' && (
              <SuggestedTests
                featureId={featureId}
                formula={pricing.formula}
                kept={rate.tests}
                busy={keep.isPending}
                onAdd={(tests) => save([...rate.tests, ...tests])}
              />
            )}
          </>
        )}
      </div>
    </Card>
  );
}

function TestItem({
  test,
  formula,
  onRemove,
}: {
  readonly test: FormulaTest;
  readonly formula: string | null;
  readonly onRemove: (() => void) | null;
}) {
  const { name } = test;
  return (
    <li className="test">
      <span className="two-lines">
        <span className="row">
          <strong>{name}</strong>
          <TestResult test={test} formula={formula} />
        </span>
        <TestContent test={test} />
      </span>
      {onRemove && (
        <Button look="quiet" onClick={onRemove} aria-label={`Remove the test ${name}`}>
          Remove
        </Button>
      )}
    </li>
  );
}

function TestResult({ test, formula }: { readonly test: FormulaTest; readonly formula: string | null }) {
  const tried = useTried(formula, test).data?.previewFormula;
  if (!tried) return null;
  const isRight =
    test.expectedCredits === null
      ? tried.error?.code === test.expectedError
      : tried.cost !== null && isZero(differenceText(test.expectedCredits, tried.cost) ?? '1');
  if (isRight) return <Badge tone="good">Passes</Badge>;
  const code = tried.error?.code;
  return <Badge tone="bad">{`Fails: ${tried.cost ?? (code !== undefined && isRefusal(code) ? REFUSAL_NAMES[code] : 'refused')}`}</Badge>;
}
