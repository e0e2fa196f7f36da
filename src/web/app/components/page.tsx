import './page.css';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from './icon';

interface PageProps {
  /** Null: it is not known yet. */
  readonly title: string | null;
  readonly subtitle?: ReactNode;
  /** What it belongs to, from the outside in. */
  readonly trail?: readonly { readonly to: string; readonly label: string | null }[];
  readonly actions?: ReactNode;
  readonly tabs?: ReactNode;
  readonly children: ReactNode;
}

/** One view: its title, what can be done with all of it, and its content. */
export function Page({ title, subtitle, trail, actions, tabs, children }: PageProps) {
  useEffect(() => {
    document.title = title === null ? 'Drawdown' : `${title} · Drawdown`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        {trail && <Trail trail={trail} />}
        <div className="page-title">
          <div>
            <h1>{title ?? <NameLoading />}</h1>
            {subtitle && <p className="muted">{subtitle}</p>}
          </div>
          {actions && <div className="row">{actions}</div>}
        </div>
        {tabs}
      </header>
      <div className="stack-wide">{children}</div>
    </div>
  );
}

/** Keeps the place of a name, so that nothing jumps when it comes. */
function NameLoading() {
  return (
    <span className="name-loading">
      <span className="only-spoken">Loading</span>
    </span>
  );
}

/** The name of what a page is about: null while it is asked for, its id where there is none. */
export function nameOrId(query: { readonly isPending: boolean }, name: string | undefined, id: string): string | null {
  return name ?? (query.isPending ? null : id);
}

function Trail({ trail }: { readonly trail: NonNullable<PageProps['trail']> }) {
  return (
    <nav aria-label="Where this is">
      <ol className="trail">
        {trail.map(({ to, label }) => (
          <li key={to}>
            <Link to={to}>{label ?? <NameLoading />}</Link>
            <Icon name="chevron-right" size={12} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly { readonly to: string; readonly label: string }[];
  readonly current: string;
}

/** Views of one thing. They are links: each has its address. */
export function Tabs({ label, tabs, current }: TabsProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} className="tab" aria-current={tab.to === current ? 'page' : undefined}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
