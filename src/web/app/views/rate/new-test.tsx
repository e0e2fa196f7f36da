import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/button';
import { SelectField, TextField } from '../../components/field';
import { isRefusal, REFUSAL_NAMES, type FormulaTest } from './refusals';
import { useTried, type Sample } from './use-tried';

const COST = 'COST';
const OUTCOMES = [
  { value: COST, label: 'It costs' },
  ...Object.entries(REFUSAL_NAMES).map(([value, name]) => ({ value, label: `It is refused: ${name}` })),
];
const AMOUNT = /^\d+(\.\d+)?$/;

interface NewTestProps {
  readonly names: readonly string[];
  readonly formula: string | null;
  readonly sample: Sample;
  readonly busy: boolean;
  readonly onAdd: (test: FormulaTest) => void;
}

/** Keeps the event that is tried, with what must come of it: at first what comes of it now. */
export function NewTest({ names, formula, sample, busy, onAdd }: NewTestProps) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const tried = useTried(formula, sample).data?.previewFormula;
  const code = tried?.error?.code ?? null;
  const outcome = chosen ?? (code !== null && isRefusal(code) ? code : COST);
  const amount = (typed ?? tried?.cost ?? '').replaceAll(',', '').trim();
  const isTaken = names.includes(name.trim());
  const isComplete = name.trim() !== '' && !isTaken && (outcome !== COST || AMOUNT.test(amount));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { value, dimensions } = sample;
    const expected = isRefusal(outcome) ? { expectedCredits: null, expectedError: outcome } : { expectedCredits: amount, expectedError: null };
    onAdd({ name: name.trim(), value, dimensions, ...expected });
    setName('');
    setChosen(null);
    setTyped(null);
  };
  return (
    <form className="new-test" onSubmit={submit}>
      <p className="muted small">A new test uses the event chosen under Try it.</p>
      <TextField
        label="Name of the test"
        placeholder="e.g. A long prompt"
        value={name}
        onChange={(event) => setName(event.target.value)}
        problem={isTaken ? 'There is a test of this name.' : null}
      />
      <SelectField label="Expected result" value={outcome} options={OUTCOMES} onChange={(event) => setChosen(event.target.value)} />
      {outcome === COST && (
        <TextField label="Credits" inputMode="decimal" value={typed ?? tried?.cost ?? ''} onChange={(event) => setTyped(event.target.value)} />
      )}
      <Button type="submit" busy={busy} disabled={!isComplete}>
        Add test
      </Button>
    </form>
  );
}
