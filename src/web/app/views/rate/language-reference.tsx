import { shownValue } from '../../format/dimension';
import { dimensionReference, type SeenDimension } from '../../formula/dimensions';
import { FormulaCode } from '../../formula/formula-code';
import { FORMULA_FUNCTIONS } from '../../formula/functions';

/** What a formula can be made of, to be opened when it is wanted. */
export function LanguageReference({ seen, unit }: { readonly seen: readonly SeenDimension[]; readonly unit: string }) {
  return (
    <div className="stack-close">
      <details className="reference">
        <summary>Dimensions</summary>
        <dl>
          <div>
            <dt>
              <FormulaCode text="value" />
            </dt>
            <dd>{`The reported value: how many of the unit (${unit}).`}</dd>
          </div>
          {seen.map(({ name, percent, type, examples }) => (
            <div key={name}>
              <dt>
                <FormulaCode text={dimensionReference(name)} />
              </dt>
              <dd>
                {type}
                <span className="muted">{` in ${percent} % of events, such as ${examples.map(shownValue).join(' · ')}`}</span>
              </dd>
            </div>
          ))}
        </dl>
      </details>
      <details className="reference">
        <summary>Functions</summary>
        <dl>
          {FORMULA_FUNCTIONS.map(({ name, usage, meaning }) => (
            <div key={name}>
              <dt>
                <FormulaCode text={usage} />
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
