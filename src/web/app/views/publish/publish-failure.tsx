import type { ApiError } from '../../api/api-error';
import { Alert } from '../../components/alert';
import { FormFailure } from '../../components/field';
import { placeOf, RatePlace, type NamedRates } from '../review/rate-place';
import type { Target } from './publish-form';

interface FailureProps {
  readonly error: ApiError | null;
  readonly planId: string;
  readonly target: Target;
  readonly rates: NamedRates;
  readonly fields: readonly string[];
}

/** Why it was not published. What is wrong with the prices leads to where each is mended. */
export function PublishFailure({ error, planId, target, rates, fields }: FailureProps) {
  const ofRates = error?.problems.filter(({ field }) => placeOf(field)) ?? [];
  if (ofRates.length === 0) return <FormFailure error={error} fields={fields} />;
  return (
    <Alert tone="bad" title={`Nothing was published: version ${target.number} has ${ofRates.length === 1 ? 'a problem' : 'problems'}.`}>
      <ul className="publish-problems">
        {ofRates.map(({ field, message }) => (
          <li key={field + message}>
            <RatePlace planId={planId} field={field} rates={rates} {...(!target.isDraft && { version: target.number })} />
            {`: ${message}`}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
