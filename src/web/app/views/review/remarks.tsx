import { useAnswer } from '../../api/use-api';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Answered } from '../../components/state';
import { DraftChecked } from '../../generated/review';

/** What stands against publishing, and what may not be meant. Nothing is shown where there is neither. */
export function Remarks({ planId, version }: { readonly planId: string; readonly version: number }) {
  const query = useAnswer(DraftChecked, { planId, version });
  const found = query.data?.validatePlanVersion;
  if (found && found.problems.length + found.warnings.length === 0) return null;
  return (
    <Card title="Worth a look" hint="Problems stand against publishing; warnings do not." flush>
      <Answered query={query} lines={2}>
        {({ validatePlanVersion: { problems, warnings } }) => (
          <ul className="remarks">
            {problems.map(({ field, message }) => (
              <Remark key={field + message} tone="bad" field={field} message={message} />
            ))}
            {warnings.map(({ field, message }) => (
              <Remark key={field + message} tone="warn" field={field} message={message} />
            ))}
          </ul>
        )}
      </Answered>
    </Card>
  );
}

function Remark({ tone, field, message }: { readonly tone: 'bad' | 'warn'; readonly field: string; readonly message: string }) {
  return (
    <li className={`remark remark-${tone}`}>
      <Icon name="warning" />
      <div>
        <p>
          <strong>{tone === 'bad' ? 'Problem' : 'Warning'}</strong> <code className="muted">{featureOf(field)}</code>
        </p>
        <p>{message}</p>
      </div>
    </li>
  );
}

/** `rates.chat.formula` is about `chat`, whose id may hold points itself. */
function featureOf(field: string): string {
  return /^rates\.(.+?)\.(?:tests\.\d+|[^.]+)$/.exec(field)?.[1] ?? field;
}
