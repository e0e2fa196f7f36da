import './pager.css';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useAddress } from '../navigation/use-address';
import { Icon, type IconName } from './icon';

export interface PageInfo {
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

/** To the pages before and after, by cursors in the address. Nothing where there is one page only. */
export function Pager({ info, children }: { readonly info: PageInfo; readonly children?: ReactNode }) {
  const { withChange, text } = useAddress();
  const isElsewhere = text('after') !== null || text('before') !== null;
  if (!info.hasPreviousPage && !info.hasNextPage && !isElsewhere && !children) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <span className="muted small">{children}</span>
      <span className="row">
        <Step to={info.hasPreviousPage ? withChange({ before: info.startCursor }) : null} icon="chevron-left" label="Previous" />
        <Step to={info.hasNextPage ? withChange({ after: info.endCursor }) : null} icon="chevron-right" label="Next" />
      </span>
    </nav>
  );
}

function Step({ to, icon, label }: { readonly to: string | null; readonly icon: IconName; readonly label: string }) {
  const content = (
    <>
      {icon === 'chevron-left' && <Icon name={icon} size={14} />}
      {label}
      {icon === 'chevron-right' && <Icon name={icon} size={14} />}
    </>
  );
  if (to === null)
    return (
      <span className="button button-plain pager-none" aria-disabled="true">
        {content}
      </span>
    );
  return (
    <Link className="button button-plain" to={to}>
      {content}
    </Link>
  );
}
