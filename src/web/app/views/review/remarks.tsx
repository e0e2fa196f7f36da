import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Answered } from '../../components/state';
import { countOf } from '../../format/amount';
import { DraftChecked } from '../../generated/review';
import { paths } from '../../navigation/paths';
import type { Difference } from './differences';
import { RatePlace, type NamedRates } from './rate-place';

interface RemarksProps {
  readonly planId: string;
  readonly draft: { readonly number: number; readonly rates: NamedRates };
  readonly differences: readonly Difference[];
}

/** What blocks publishing, and what may not be meant. Nothing is shown where there is neither. */
export function Remarks({ planId, draft, differences }: RemarksProps) {
  const query = useAnswer(DraftChecked, { planId, version: draft.number });
  const found = query.data?.validatePlanVersion;
  const removed = differences.filter(({ kind }) => kind === 'REMOVED');
  if (found && found.problems.length + found.warnings.length + removed.length === 0) return null;
  const problemCount = found?.problems.length ?? 0;
  return (
    <Card
      title={problemCount > 0 ? `${countOf(problemCount, 'problem blocks', 'problems block')} publishing` : 'Worth a look'}
      hint={problemCount > 0 ? 'Warnings do not block it.' : 'Warnings do not block publishing.'}
      flush
    >
      <Answered query={query} lines={2}>
        {({ validatePlanVersion: { problems, warnings } }) => (
          <ul className="remarks">
            {problems.map(({ field, message }) => (
              <Remark key={field + message} tone="bad" message={message}>
                <RatePlace planId={planId} field={field} rates={draft.rates} />
              </Remark>
            ))}
            {removed.map(({ feature }) => (
              <Remark key={feature.id} tone="warn" message="It has no price any more, so every event would be refused.">
                <Link to={paths.rate(planId, feature.id)}>{feature.name}</Link>
              </Remark>
            ))}
            {warnings.map(({ field, message }) => (
              <Remark key={field + message} tone="warn" message={message}>
                <RatePlace planId={planId} field={field} rates={draft.rates} />
              </Remark>
            ))}
          </ul>
        )}
      </Answered>
    </Card>
  );
}

function Remark({ tone, message, children }: { readonly tone: 'bad' | 'warn'; readonly message: string; readonly children: ReactNode }) {
  return (
    <li className={`remark remark-${tone}`}>
      <Icon name="warning" />
      <div>
        <p>
          <strong>{tone === 'bad' ? 'Problem' : 'Warning'}</strong> {children}
        </p>
        <p>{message}</p>
      </div>
    </li>
  );
}
