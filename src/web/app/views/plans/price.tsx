import { groupDigits } from '../../format/amount';
import { FormulaCode } from '../../formula/formula-code';
import type { PlanRate } from './plan-rate';

interface PriceProps {
  readonly rate: Pick<PlanRate, 'mode' | 'creditsPerUnit' | 'formula' | 'currency' | 'feature'>;
  /** Where pieces of its formula begin that are to be noticed. */
  readonly marked?: ReadonlySet<number> | undefined;
}

/** What a rate charges: `4 credits per image`, or its formula. */
export function Price({ rate, marked }: PriceProps) {
  const { mode, creditsPerUnit, formula, currency, feature } = rate;
  if (mode === 'FORMULA') return <FormulaCode text={formula ?? ''} marked={marked} />;
  const unit = creditsPerUnit === '1' ? currency.unitSingular : currency.unitPlural;
  return (
    <span className="numeric">
      <strong>{groupDigits(creditsPerUnit ?? '0')}</strong> {unit} per {feature.unit}
    </span>
  );
}
