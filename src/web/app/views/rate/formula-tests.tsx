import { useState, type SubmitEvent } from 'react';
import { dimensionText } from '../../api/exact-json';
import { useAnswer, useChange } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { FormFailure, TextField } from '../../components/field';
import { isZero } from '../../format/amount';
import { differenceText } from '../../format/difference';
import { FormulaTestsOf, KeepFormulaTests, type FormulaTestsOfQuery } from '../../generated/rate';
import type { Pricing } from './pricing';
import { useTried, type Sample } from './use-tried';

type Draft = NonNullable<NonNullable<FormulaTestsOfQuery['plan']>['draft']>;
type Test = Draft['rates'][number]['tests'][number];

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
  const save = (tests: readonly Test[]): void => {
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
          <NewTest
            names={rate.tests.map(({ name }) => name)}
            formula={formula}
            sample={sample}
            busy={keep.isPending}
            onAdd={(test) => save([...rate.tests, test])}
          />
        )}
      </div>
    </Card>
  );
}

function TestItem({ test, formula, onRemove }: { readonly test: Test; readonly formula: string | null; readonly onRemove: (() => void) | null }) {
  const { name, expectedCredits, expectedError } = test;
  const dimensions = Object.entries(test.dimensions).map(([key, value]) => `${key} ${dimensionText(value)}`);
  return (
    <li className="test">
      <span className="two-lines">
        <span className="row">
          <strong>{name}</strong>
          <TestResult test={test} formula={formula} />
        </span>
        <span className="muted small">
          {expectedCredits === null ? `refused with ${expectedError}` : <Amount value={expectedCredits} unit="expected" />}
          {dimensions.length > 0 && ` · ${dimensions.join(' · ')}`}
        </span>
      </span>
      {onRemove && (
        <Button look="quiet" onClick={onRemove} aria-label={`Remove the test ${name}`}>
          Remove
        </Button>
      )}
    </li>
  );
}

function TestResult({ test, formula }: { readonly test: Test; readonly formula: string | null }) {
  const tried = useTried(formula, test).data?.previewFormula;
  if (!tried) return null;
  const isRight =
    test.expectedCredits === null
      ? tried.error?.code === test.expectedError
      : tried.cost !== null && isZero(differenceText(test.expectedCredits, tried.cost) ?? '1');
  if (isRight) return <Badge tone="good">Passes</Badge>;
  return <Badge tone="bad">{tried.cost === null ? `Fails: ${tried.error?.code ?? 'refused'}` : `Fails: ${tried.cost}`}</Badge>;
}

interface NewTestProps {
  readonly names: readonly string[];
  readonly formula: string | null;
  readonly sample: Sample;
  readonly busy: boolean;
  readonly onAdd: (test: Test) => void;
}

/** Keeps the event that is tried, with what it costs now. */
function NewTest({ names, formula, sample, busy, onAdd }: NewTestProps) {
  const [name, setName] = useState('');
  const cost = useTried(formula, sample).data?.previewFormula.cost ?? null;
  const isTaken = names.includes(name.trim());
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { value, dimensions } = sample;
    onAdd({ name: name.trim(), value, dimensions, expectedCredits: cost, expectedError: null });
    setName('');
  };
  return (
    <form className="new-test" onSubmit={submit}>
      <TextField
        label="Keep the event that is tried as a test"
        placeholder="A long prompt"
        value={name}
        onChange={(event) => setName(event.target.value)}
        problem={isTaken ? 'There is a test of this name.' : null}
      />
      <Button type="submit" busy={busy} disabled={cost === null || name.trim() === '' || isTaken}>
        Add test
      </Button>
    </form>
  );
}
