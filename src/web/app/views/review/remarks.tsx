import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-api';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Answered } from '../../components/state';
import { DraftChecked } from '../../generated/review';
import { RatePlace, type NamedRates } from './rate-place';

/** What stands against publishing, and what may not be meant. Nothing is shown where there is neither. */
export function Remarks({ planId, draft }: { readonly planId: string; readonly draft: { readonly number: number; readonly rates: NamedRates } }) {
  const query = useAnswer(DraftChecked, { planId, version: draft.number });
  const found = query.data?.validatePlanVersion;
  if (found && found.problems.length + found.warnings.length === 0) return null;
  return (
    <Card title="Worth a look" hint="Problems stand against publishing; warnings do not." flush>
      <Answered query={query} lines={2}>
        {({ validatePlanVersion: { problems, warnings } }) => (
          <ul className="remarks">
            {problems.map(({ field, message }) => (
              <Remark key={field + message} tone="bad" message={message}>
                <RatePlace planId={planId} field={field} rates={draft.rates} />
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
