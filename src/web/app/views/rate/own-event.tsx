import { useId } from 'react';
import { dimensionText } from '../../api/exact-json';
import { SelectField, TextField } from '../../components/field';
import type { SeenDimension } from '../../formula/dimensions';
import { dimensionOf, type OwnValues } from './own-values';
import type { Tried } from './use-tried';

interface OwnEventProps {
  readonly own: OwnValues;
  readonly onChange: (own: OwnValues) => void;
  readonly variables: Tried['variables'];
  readonly seen: readonly SeenDimension[];
  readonly unit: string;
}

/** A field for everything that the formula reads. */
export function OwnEvent({ own, onChange, variables, seen, unit }: OwnEventProps) {
  const readsValue = variables.length === 0 || variables.some((variable) => dimensionOf(variable) === null);
  return (
    <div className="form-grid">
      {readsValue && (
        <TextField
          label={`value (${unit})`}
          inputMode="decimal"
          value={own.value}
          onChange={(event) => onChange({ ...own, value: event.target.value })}
        />
      )}
      {variables.map((variable) => {
        const name = dimensionOf(variable);
        if (name === null) return null;
        const set = (text: string): void => onChange({ ...own, dimensions: { ...own.dimensions, [name]: text } });
        const examples = seen.find((one) => one.name === name)?.examples.map(dimensionText) ?? [];
        return <VariableField key={name} name={name} variable={variable} text={own.dimensions[name] ?? ''} examples={examples} onChange={set} />;
      })}
    </div>
  );
}

interface VariableFieldProps {
  readonly name: string;
  readonly variable: Tried['variables'][number];
  readonly text: string;
  readonly examples: readonly string[];
  readonly onChange: (text: string) => void;
}

const TRUTHS = [
  { value: '', label: 'absent' },
  { value: 'true', label: 'true' },
  { value: 'false', label: 'false' },
];

function VariableField({ name, variable, text, examples, onChange }: VariableFieldProps) {
  const listId = useId();
  if (variable.type === 'BOOLEAN')
    return <SelectField label={name} value={text} options={TRUTHS} onChange={(event) => onChange(event.target.value)} />;
  return (
    <div>
      <TextField
        label={name}
        {...(variable.optional && { placeholder: 'absent' })}
        {...(variable.type === 'NUMBER' && { inputMode: 'decimal' as const })}
        value={text}
        list={listId}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={listId}>
        {examples.map((example) => (
          <option key={example} value={example} />
        ))}
      </datalist>
    </div>
  );
}
