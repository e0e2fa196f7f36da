import { useId, useState, type SubmitEvent } from 'react';
import { parseExactly, type DimensionValue } from '../../api/exact-json';
import { useAnswer } from '../../api/use-api';
import { Dialog } from '../../components/dialog';
import { FormActions, SelectField, TextField } from '../../components/field';
import { DimensionsOfUsage, ValuesOfDimension } from '../../generated/usage';
import { FIELDS, keyName, valueName } from './usage-names';
import type { UsageFilter, UsageQuestion } from './usage-question';

const TESTS = [
  { value: 'equals', label: 'is' },
  { value: 'prefix', label: 'begins with' },
  { value: 'atLeast', label: 'is at least' },
  { value: 'atMost', label: 'is at most' },
  { value: 'exists', label: 'has a value' },
] as const;
type Test = (typeof TESTS)[number]['value'];

interface FilterDialogProps {
  readonly question: UsageQuestion;
  readonly onAdd: (filter: UsageFilter) => void;
  readonly onClose: () => void;
}

/** Puts a filter together. Its opposite is a click away afterwards. */
export function FilterDialog({ question, onAdd, onClose }: FilterDialogProps) {
  const { customerId, range, from, to, timeZone } = question.input;
  const scope = { customerId, range, from, to, timeZone };
  const { data } = useAnswer(DimensionsOfUsage, { input: scope });
  const seen = data?.creditUsageDimensions.edges.map(({ node }) => node) ?? [];
  const keys = [...[...seen].sort((a, b) => b.eventCount - a.eventCount).map((dimension) => dimension.key), ...Object.keys(FIELDS)];
  const [chosen, setChosen] = useState<string | null>(null);
  const [test, setTest] = useState<Test>('equals');
  const [text, setText] = useState('');
  const key = chosen ?? keys[0]!;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onAdd(filterOf(key, test, text));
  };
  return (
    <Dialog title="Only usage where …" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <SelectField
          label="Key"
          options={keys.map((one) => ({ value: one, label: keyName(one) }))}
          value={key}
          onChange={({ target }) => setChosen(target.value)}
        />
        <SelectField label="Test" options={TESTS} value={test} onChange={({ target }) => setTest(target.value as Test)} />
        {test !== 'exists' && <ValueField scope={scope} name={key} text={text} isText={test === 'prefix'} onChange={setText} />}
        <FormActions action="Add filter" busy={false} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

interface ValueFieldProps {
  readonly scope: Pick<UsageQuestion['input'], 'customerId' | 'range' | 'from' | 'to' | 'timeZone'>;
  readonly name: string;
  readonly text: string;
  readonly isText: boolean;
  readonly onChange: (text: string) => void;
}

/** With the values that usage has, those of most credits first. */
function ValueField({ scope, name, text, isText, onChange }: ValueFieldProps) {
  const list = useId();
  const isDimension = !(name in FIELDS);
  const { data } = useAnswer(ValuesOfDimension, { input: { ...scope, key: name } }, { enabled: isDimension });
  const values = data?.creditUsageDimensionValues.edges.map(({ node }) => node.value).filter((value) => value !== null) ?? [];
  const hint =
    isText || !isDimension
      ? undefined
      : '12.5 is read as a number, true and false as yes and no. Put quotes around a text that looks like one of them.';
  return (
    <>
      <TextField label="Value" required hint={hint} list={list} value={text} onChange={({ target }) => onChange(target.value)} />
      <datalist id={list}>
        {values.map((value) => {
          const shown = typeof value === 'string' && valueOf(value) !== value ? JSON.stringify(value) : valueName(value);
          return <option key={shown} value={shown} />;
        })}
      </datalist>
    </>
  );
}

function filterOf(key: string, test: Test, text: string): UsageFilter {
  if (test === 'exists') return { key, exists: true } as UsageFilter;
  if (test === 'prefix' || key in FIELDS) return { key, [test]: text } as UsageFilter;
  return { key, [test]: valueOf(text) } as UsageFilter;
}

/** `12.5`, `true` and `"12.5"` are what they are in JSON; everything else is a text as it stands. */
function valueOf(text: string): DimensionValue {
  try {
    const value = parseExactly(text);
    return value === null || (typeof value === 'object' && !('isLosslessNumber' in value)) ? text : (value as DimensionValue);
  } catch {
    return text;
  }
}
