import { groupDigits } from '../../format/amount';
import { FormulaCode } from '../../formula/formula-code';
import type { PlanRate } from './plan-rate';

/** What a rate charges: `4 credits per image`, or its formula. */
export function Price({ rate }: { readonly rate: Pick<PlanRate, 'mode' | 'creditsPerUnit' | 'formula' | 'currency' | 'feature'> }) {
  const { mode, creditsPerUnit, formula, currency, feature } = rate;
  if (mode === 'FORMULA') return <FormulaCode text={formula ?? ''} />;
  const unit = creditsPerUnit === '1' ? currency.unitSingular : currency.unitPlural;
  return (
    <span className="numeric">
      <strong>{groupDigits(creditsPerUnit ?? '0')}</strong> {unit} per {feature.unit}
    </span>
  );
}
