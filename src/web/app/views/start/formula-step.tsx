import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { parseExactly, type Dimensions } from '../../api/exact-json';
import { useAnswer } from '../../api/use-api';
import { Calculation } from '../../calculation/calculation';
import { FormActions, FormFailure, problemAt, TextAreaField, TextField } from '../../components/field';
import { useFields } from '../../forms/use-fields';
import { idFromName } from '../../forms/names';
import { TryFirstFormula } from '../../generated/start';
import { useSession } from '../../session/session';
import { publishFirstPrice } from './publish-first-price';

interface FormulaStepProps {
  readonly currency: { readonly id: string; readonly unitPlural: string };
  readonly feature: { readonly id: string; readonly name: string };
}

const START = {
  planName: 'Standard',
  formula: '0.0025 * input_tokens + 0.01 * output_tokens',
  sample: '{ "input_tokens": 1200, "output_tokens": 300 }',
};

/** The text of an object; null where it is none (yet). */
function dimensionsFrom(text: string): Dimensions | null {
  try {
    const value = parseExactly(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dimensions) : null;
  } catch {
    return null;
  }
}

/** A formula with what it makes of a sample, as one types; then it is published. */
export function FormulaStep({ currency, feature }: FormulaStepProps) {
  const { credential } = useSession();
  const queries = useQueryClient();
  const { values, field } = useFields(START);
  const [tried, setTried] = useState(START);
  const publish = useMutation({
    mutationFn: () =>
      publishFirstPrice(credential, {
        planId: idFromName(values.planName),
        planName: values.planName,
        featureId: feature.id,
        currencyId: currency.id,
        formula: values.formula,
      }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    publish.mutate();
  };
  const isSample = dimensionsFrom(values.sample) !== null;
  return (
    <form className="stack" onSubmit={submit} onBlur={() => setTried(values)} noValidate>
      <FormFailure error={publish.error} fields={['formula', 'name']} />
      <TextField label="Plan" {...field('planName')} problem={problemAt(publish.error, 'name')} />
      <TextAreaField
        label={`What one ${feature.name} costs, in ${currency.unitPlural}`}
        isCode
        {...field('formula')}
        problem={problemAt(publish.error, 'formula')}
        hint="Names of dimensions, numbers, + - * /, c ? a : b, min, max, round, tiered …"
      />
      <TextAreaField
        label="Try it on a sample"
        isCode
        {...field('sample')}
        problem={isSample ? null : 'must be a JSON object, such as { "tokens": 100 }.'}
        hint="The dimensions of an event, as JSON."
      />
      <Trial formula={tried.formula} sample={tried.sample} unit={currency.unitPlural} />
      <FormActions action="Publish" busy={publish.isPending} />
    </form>
  );
}

function Trial({ formula, sample, unit }: { readonly formula: string; readonly sample: string; readonly unit: string }) {
  const dimensions = dimensionsFrom(sample);
  const query = useAnswer(
    TryFirstFormula,
    { input: { formula, dimensions: dimensions ?? {} } },
    { enabled: dimensions !== null, keepPrevious: true },
  );
  const preview = query.data?.previewFormula;
  if (!preview) return null;
  const problems = preview.problems.map(({ line, column, message }) => `Line ${line}, column ${column}: ${message}`);
  const said = problems.length === 0 && preview.error ? [preview.error.message] : problems;
  if (said.length > 0)
    return (
      <div className="form-failure" role="status">
        {said.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
    );
  return <Calculation formula={formula} parameters={preview.variables} steps={preview.steps} cost={preview.cost} unit={unit} />;
}
