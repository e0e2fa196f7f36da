import './state.css';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ApiError } from '../api/api-error';
import { useSession } from '../session/session';
import { Button, ButtonLink } from './button';
import { Icon, type IconName } from './icon';

interface StateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** What stands where content would: that there is none, and what to do about it. */
export function State({ icon, title, children, action }: StateProps) {
  return (
    <div className="state">
      <span className="state-icon">
        <Icon name={icon} size={20} />
      </span>
      <h2>{title}</h2>
      {children && <p className="muted">{children}</p>}
      {action && <div className="row">{action}</div>}
    </div>
  );
}

/** Bars where lines of text will be, so that nothing jumps when they come. */
export function Loading({ lines = 5, label = 'Loading' }: { readonly lines?: number; readonly label?: string }) {
  return (
    <div className="loading" role="status">
      <span className="only-spoken">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="loading-line" aria-hidden="true" />
      ))}
    </div>
  );
}

interface NoPermissionProps {
  /** To see, unless it says otherwise. */
  readonly to?: 'see' | 'change';
  readonly children?: ReactNode;
  /** Where to go instead; absent: where a customer may be, or for others to sign in as somebody who may, after which the same view is shown. */
  readonly action?: ReactNode;
}

export function NoPermission({ to = 'see', children, action }: NoPermissionProps) {
  const { credential, signOut } = useSession();
  const isCustomer = credential?.kind === 'token';
  const wayOut = isCustomer ? <ButtonLink to="/">To your own credits</ButtonLink> : <Button onClick={signOut}>Sign in with another key</Button>;
  const reason = isCustomer
    ? 'Your link shows your own credits, usage and ledger.'
    : 'The key you signed in with does not allow it. Ask an administrator for one that does.';
  return (
    <State icon="lock" title={`You do not have permission to ${to} this`} action={action ?? wayOut}>
      {children ?? reason}
    </State>
  );
}

/** Why there is no content, in the words of the API. */
export function Failure({ error, onRetry }: { readonly error: ApiError; readonly onRetry?: (() => void) | undefined }) {
  if (error.code === 'FORBIDDEN') return <NoPermission />;
  const isMissing = error.kind === 'MISSING';
  return (
    <div role="alert">
      <State
        icon={isMissing ? 'empty' : 'warning'}
        title={isMissing ? 'There is no such thing here' : 'This could not be loaded'}
        action={onRetry && !isMissing && <Button onClick={onRetry}>Try again</Button>}
      >
        {error.message}
        {error.requestId && error.kind === 'BUG' && <RequestId id={error.requestId} />}
      </State>
    </div>
  );
}

/** In one piece, to be copied into a report. */
export function RequestId({ id }: { readonly id: string }) {
  return (
    <span className="state-request">
      Quote this when you report it: <code>{id}</code>
    </span>
  );
}

interface AnsweredProps<Answer> {
  readonly query: UseQueryResult<Answer, ApiError>;
  readonly lines?: number;
  /** What stands there until the answer comes; absent: bars. */
  readonly meanwhile?: ReactNode;
  readonly children: (answer: Answer) => ReactNode;
}

/** The answer of a question, or that it is under way, or why there is none. */
export function Answered<Answer>({ query, lines = 5, meanwhile, children }: AnsweredProps<Answer>) {
  if (query.error && query.data === undefined) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return meanwhile ?? <Loading lines={lines} />;
  return children(query.data);
}
