import './calculation.css';
import type { DimensionValue } from '../api/exact-json';
import { Amount } from '../components/amount';
import { groupDigits } from '../format/amount';

export interface CalculationStep {
  readonly expression: string;
  readonly value: DimensionValue;
}

export interface CalculationProps {
  /** Null: a flat rate. */
  readonly formula: string | null;
  /** The formula stands above already, where it is typed. */
  readonly isBelowFormula?: boolean;
  readonly creditsPerUnit?: string | null;
  /** What it was computed from. */
  readonly parameters: readonly { readonly name: string; readonly value: DimensionValue | null }[];
  /** Inner parts first. */
  readonly steps: readonly CalculationStep[];
  /** Null: there is none, as the event would be refused. */
  readonly cost: string | null;
  readonly unit: string;
}

/** How usage became credits: the formula, what it was given, what each part came to, and the cost. */
export function Calculation({ formula, isBelowFormula = false, creditsPerUnit, parameters, steps, cost, unit }: CalculationProps) {
  const text = formula ?? `value * ${creditsPerUnit ?? ''}`;
  return (
    <div className="calculation">
      {!isBelowFormula && (
        <section>
          <h3>{formula === null ? 'Flat rate' : 'Formula'}</h3>
          <pre className="calculation-formula" tabIndex={0} role="region" aria-label="Formula">
            <code>{text}</code>
          </pre>
        </section>
      )}
      <section>
        <h3>Given</h3>
        <dl className="calculation-given">
          {parameters.map(({ name, value }) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <StepValue value={value} />
              </dd>
            </div>
          ))}
        </dl>
        {parameters.length === 0 && <p className="muted">Nothing: the formula is the same for every event.</p>}
      </section>
      <section>
        <h3>{formula === null ? 'Result' : 'Step by step'}</h3>
        <ol className="calculation-steps">
          {steps.map(({ expression, value }, i) => (
            <li key={i}>
              <code>{expression}</code>
              <span className="calculation-result">
                <span className="muted">= </span>
                <StepValue value={value} />
              </span>
            </li>
          ))}
        </ol>
        {cost !== null && (
          <p className="calculation-cost">
            <span>Cost</span>
            <strong>
              <Amount value={cost} unit={unit} />
            </strong>
          </p>
        )}
      </section>
    </div>
  );
}

/** Texts in quotes, so that `"3"` and 3 are told apart. */
function StepValue({ value }: { readonly value: DimensionValue | null }) {
  if (value === null) return <span className="muted">absent</span>;
  return <code className="numeric">{typeof value === 'string' ? JSON.stringify(value) : groupDigits(String(value))}</code>;
}
