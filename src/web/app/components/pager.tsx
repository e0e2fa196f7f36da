import './pager.css';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { cursorNames, useAddress } from '../navigation/use-address';
import { Icon, type IconName } from './icon';

export interface PageInfo {
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

interface PagerProps {
  readonly info: PageInfo;
  /** The name of the list, where a view has several. */
  readonly list?: string;
  readonly children?: ReactNode;
}

/** To the pages before and after, by cursors in the address. Where there is one page only, no more than what is said of all of it. */
export function Pager({ info, list, children }: PagerProps) {
  const { withChange, text } = useAddress();
  const { after, before } = cursorNames(list);
  const isElsewhere = text(after) !== null || text(before) !== null;
  const count = children && <span className="muted small">{children}</span>;
  if (!info.hasPreviousPage && !info.hasNextPage && !isElsewhere) return count && <div className="pager">{count}</div>;
  return (
    <nav className="pager" aria-label="Pages">
      {count ?? <span />}
      <span className="row">
        <Step to={info.hasPreviousPage ? withChange({ [after]: null, [before]: info.startCursor }) : null} icon="chevron-left" label="Previous" />
        <Step to={info.hasNextPage ? withChange({ [before]: null, [after]: info.endCursor }) : null} icon="chevron-right" label="Next" />
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
