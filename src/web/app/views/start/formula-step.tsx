import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { stringifyExactly, type Dimensions } from '../../api/exact-json';
import { useAnswer } from '../../api/use-api';
import { Calculation } from '../../calculation/calculation';
import { FormActions, FormFailure, problemAt, TextAreaField, TextField } from '../../components/field';
import { idFromName } from '../../forms/names';
import { useFields } from '../../forms/use-fields';
import { useSettled } from '../../forms/use-settled';
import { dimensionsOfSample } from '../../formula/dimensions';
import { FormulaField } from '../../formula/formula-field';
import { TryFirstFormula, type TryFirstFormulaQuery } from '../../generated/start';
import { useSession } from '../../session/session';
import { publishFirstPrice } from './publish-first-price';
import { dimensionsFrom, TOKENS } from './sample';

interface FormulaStepProps {
  readonly currency: { readonly id: string; readonly unitPlural: string };
  readonly feature: { readonly id: string; readonly name: string };
  /** Hears what the price that is published was tried on. */
  readonly onPublished: (tried: Dimensions) => void;
}

const START = {
  planName: 'Standard',
  formula: '0.0025 * input_tokens + 0.01 * output_tokens',
  sample: stringifyExactly(TOKENS),
};

/** A formula with what it makes of a sample, as one types; then it is published. */
export function FormulaStep({ currency, feature, onPublished }: FormulaStepProps) {
  const { credential } = useSession();
  const queries = useQueryClient();
  const { values, field, set } = useFields(START);
  const tried = useSettled(values);
  const dimensions = dimensionsFrom(tried.sample);
  const query = useTrial(tried.formula, dimensions);
  const preview = query.data?.previewFormula;
  const publish = useMutation({
    mutationFn: () =>
      publishFirstPrice(credential, {
        planId: idFromName(values.planName),
        planName: values.planName,
        featureId: feature.id,
        currencyId: currency.id,
        formula: values.formula,
      }),
    onSuccess: () => {
      onPublished(dimensionsFrom(values.sample) ?? {});
      return queries.invalidateQueries();
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    publish.mutate();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <FormFailure error={publish.error} fields={['formula', 'name']} />
      <TextField label="Plan" {...field('planName')} problem={problemAt(publish.error, 'name')} />
      <FormulaField
        label={`What one ${feature.name} costs, in ${currency.unitPlural}`}
        value={values.formula}
        onChange={(formula) => set('formula', formula)}
        seen={dimensionsOfSample(dimensions ?? {})}
        onTry={(example) => set('sample', stringifyExactly(example.dimensions))}
        isChecking={tried.formula !== values.formula || query.isPlaceholderData}
        problems={preview?.problems ?? NONE}
        warnings={preview?.warnings ?? NONE}
      />
      <TextAreaField
        label="Try it on a sample"
        isCode
        {...field('sample')}
        problem={dimensionsFrom(values.sample) ? null : 'must be a JSON object, such as { "tokens": 100 }.'}
        hint="The dimensions of an event, as JSON."
      />
      {preview && <Trial formula={tried.formula} preview={preview} unit={currency.unitPlural} />}
      <FormActions action="Publish" busy={publish.isPending} />
    </form>
  );
}

const NONE: readonly never[] = [];

function useTrial(formula: string, dimensions: Dimensions | null) {
  return useAnswer(TryFirstFormula, { input: { formula, dimensions: dimensions ?? {} } }, { enabled: dimensions !== null, keepPrevious: true });
}

interface TrialProps {
  readonly formula: string;
  readonly preview: TryFirstFormulaQuery['previewFormula'];
  readonly unit: string;
}

/** What comes of it. What is wrong with the formula itself is said below its field. */
function Trial({ formula, preview: { problems, error, variables, steps, cost }, unit }: TrialProps) {
  if (problems.length > 0) return null;
  if (error)
    return (
      <p className="form-failure" role="status">
        {error.message}
      </p>
    );
  return <Calculation formula={formula} isBelowFormula parameters={variables} steps={steps} cost={cost} unit={unit} />;
}
