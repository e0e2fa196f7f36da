import { dimensionText, type DimensionValue } from '../../api/exact-json';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Failure, Loading } from '../../components/state';
import { differenceText } from '../../format/difference';
import { groupDigits, isZero } from '../../format/amount';
import { FormulaCode } from '../../formula/formula-code';
import { planOf } from './recent-events';
import { refusalText } from './refusals';
import type { SampleChoice } from './use-sample';
import { useTried, type Tried } from './use-tried';

interface TriedResultProps {
  readonly formula: string;
  readonly sample: SampleChoice;
  readonly unit: string;
}

/** The result for the event that is chosen. */
export function TriedResult({ formula, sample, unit }: TriedResultProps) {
  const query = useTried(formula, sample.sample);
  if (query.error && !query.data) return <Failure error={query.error} />;
  if (!query.data) return <Loading lines={3} />;
  const tried = query.data.previewFormula;
  return (
    <div className="tried" aria-live="polite">
      {tried.cost === null ? <Refused tried={tried} /> : <Cost cost={tried.cost} event={sample.event} unit={unit} />}
    </div>
  );
}

/** How that result came about: the value of each variable, where they are not typed just above, and of each part of the formula. */
export function Calculation({ formula, sample }: Omit<TriedResultProps, 'unit'>) {
  const tried = useTried(formula, sample.sample).data?.previewFormula;
  if (!tried || tried.problems.length > 0) return null;
  return (
    <>
      {!sample.isOwn && tried.variables.length > 0 && <Variables tried={tried} />}
      {tried.steps.length > 0 && <Steps tried={tried} />}
    </>
  );
}

function Cost({ cost, event, unit }: { readonly cost: string; readonly event: SampleChoice['event']; readonly unit: string }) {
  const charged = event?.charge.cost ?? null;
  const plan = event && planOf(event);
  const by = plan ? ` on ${plan}` : '';
  const change = charged === null ? null : differenceText(charged, cost);
  return (
    <>
      <p className="tried-cost">
        <Amount value={cost} unit={unit} />
      </p>
      {charged !== null && (
        <p className="muted small">
          {change === null || isZero(change) ? (
            `The same as it was charged${by}.`
          ) : (
            <>
              <Amount value={change.replace(/^-/, '')} /> {change.startsWith('-') ? 'less' : 'more'} than the <Amount value={charged} /> it was
              charged{by}.
            </>
          )}
        </p>
      )}
    </>
  );
}

function Refused({ tried: { error, problems } }: { readonly tried: Tried }) {
  if (problems.length > 0) return <p className="muted">There is no result until the problems of the formula are solved.</p>;
  return (
    <>
      <p>
        An event like this would be refused: <Badge tone="bad">{refusalText(error?.code ?? 'REFUSED')}</Badge>
      </p>
      <p className="muted small">{error?.problems.length ? error.problems.map(problemText).join(' ') : error?.message}</p>
    </>
  );
}

/** `input_tokens must be a number.`, or a sentence that names it itself. */
function problemText({ field, message }: NonNullable<Tried['error']>['problems'][number]): string {
  return /^\p{Lu}/u.test(message) ? message : `${field} ${message}`;
}

function Variables({ tried: { variables } }: { readonly tried: Tried }) {
  return (
    <dl className="variables" aria-label="Variables">
      {variables.map(({ name, value }) => (
        <div key={name}>
          <dt>
            <FormulaCode text={name} />
          </dt>
          <dd className="numeric">{value === null ? <span className="muted">absent</span> : valueText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Steps({ tried: { steps } }: { readonly tried: Tried }) {
  return (
    <details className="reference" open>
      <summary>{`Step by step (${steps.length})`}</summary>
      <ol className="steps">
        {steps.map(({ expression, value }, index) => (
          <li key={index}>
            <FormulaCode text={expression} />
            <span className="steps-value numeric">= {valueText(value)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function valueText(value: DimensionValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : groupDigits(dimensionText(value));
}
