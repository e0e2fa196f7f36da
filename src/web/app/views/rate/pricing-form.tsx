import { Card } from '../../components/card';
import { Choice } from '../../components/choice';
import { FormFailure, problemAt, SelectField, TextField } from '../../components/field';
import type { SeenDimension } from '../../formula/dimensions';
import { FormulaField, type ExampleEvent, type FormulaRemark } from '../../formula/formula-field';
import { MODE_NAMES } from '../plans/plan-rate';
import { pathOfOwn, type Currency } from './pricing';
import type { RateEditing } from './use-rate-editing';
import { LanguageReference } from './language-reference';

interface PricingFormProps {
  readonly editing: RateEditing;
  readonly feature: { readonly name: string; readonly unit: string };
  readonly currencies: readonly Currency[];
  readonly seen: readonly SeenDimension[];
  /** Tries the formula on an event that shows what it is warned of. */
  readonly onTry: (example: ExampleEvent) => void;
  readonly isChecking: boolean;
  /** What is wrong with the flat price that is typed. */
  readonly flatProblem: string | null;
  readonly remarks: { readonly problems: readonly FormulaRemark[]; readonly warnings: readonly FormulaRemark[] };
}

const OWN_FIELDS = (['currencyId', 'creditsPerUnit', 'formula'] as const).map(pathOfOwn);

const MODES = [
  { value: 'FLAT', label: MODE_NAMES.FLAT, meaning: 'The same number of credits for each unit.' },
  { value: 'FORMULA', label: MODE_NAMES.FORMULA, meaning: 'Any calculation with the value and the dimensions of the event.' },
] as const;

export function PricingForm({ editing, feature, currencies, seen, onTry, isChecking, flatProblem, remarks }: PricingFormProps) {
  const { pricing, change, error } = editing;
  return (
    <Card title="Credit consumption">
      <div className="stack">
        <FormFailure error={error} fields={OWN_FIELDS} />
        <Choice legend="Calculation mode" options={MODES} current={pricing.mode} onChoose={(mode) => change({ mode })} />
        <div className="form-grid">
          {pricing.mode === 'FLAT' && (
            <TextField
              label={`Credits per ${feature.unit}`}
              inputMode="decimal"
              placeholder="0.25"
              value={pricing.creditsPerUnit}
              onChange={(event) => change({ creditsPerUnit: event.target.value })}
              problem={flatProblem ?? problemAt(error, pathOfOwn('creditsPerUnit'))}
            />
          )}
          <SelectField
            label="Currency"
            value={pricing.currencyId}
            onChange={(event) => change({ currencyId: event.target.value })}
            options={currencies.map(({ id, name }) => ({ value: id, label: name }))}
            problem={problemAt(error, pathOfOwn('currencyId'))}
          />
        </div>
        {pricing.mode === 'FORMULA' && (
          <>
            <FormulaField
              value={pricing.formula}
              onChange={(formula) => change({ formula })}
              seen={seen}
              onTry={onTry}
              isChecking={isChecking}
              problems={remarks.problems}
              warnings={remarks.warnings}
            />
            <LanguageReference seen={seen} unit={feature.unit} />
          </>
        )}
      </div>
    </Card>
  );
}
