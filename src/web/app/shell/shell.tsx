import './shell.css';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Link, useLocation } from 'wouter';
import { Button } from '../components/button';
import { Icon, type IconName } from '../components/icon';
import { paths } from '../navigation/paths';
import { useViewer, type Viewer } from '../session/use-viewer';
import { Account } from './account';
import { BrandMark } from './brand-mark';

interface Entry {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
}

const SELLER_ENTRIES: readonly Entry[] = [
  { to: paths.customers, label: 'Customers', icon: 'customers' },
  { to: paths.allUsage, label: 'Usage', icon: 'usage' },
  { to: paths.plans, label: 'Plans', icon: 'plans' },
  { to: paths.features, label: 'Features', icon: 'features' },
  { to: paths.currencies, label: 'Currencies', icon: 'currencies' },
];

const ADMIN_ENTRIES: readonly Entry[] = [
  { to: paths.apiKeys, label: 'API keys', icon: 'api-keys' },
  { to: paths.start, label: 'Get started', icon: 'start' },
];

/** What surrounds every view: where one can go, and who one is. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  useFocusOnNewPage(main, path);
  useEffect(() => setMenuOpen(false), [path]);
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={() => main.current?.focus()}>
        Skip to content
      </a>
      <header className="topbar">
        <Brand />
        <Button look="quiet" aria-expanded={isMenuOpen} aria-controls="sidebar" onClick={() => setMenuOpen(!isMenuOpen)}>
          <Icon name={isMenuOpen ? 'close' : 'menu'} />
          <span className="only-spoken">Menu</span>
        </Button>
      </header>
      <aside id="sidebar" className="sidebar" data-open={isMenuOpen || undefined}>
        <Brand />
        <Navigation path={path} />
        <Account />
      </aside>
      <main id="main" ref={main} tabIndex={-1} className="main">
        {children}
      </main>
    </div>
  );
}

/** Who navigates goes on reading at the new page, as after loading one. */
function useFocusOnNewPage(main: RefObject<HTMLElement | null>, path: string): void {
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [main, path]);
}

function Brand() {
  return (
    <Link to="/" className="brand">
      <BrandMark />
      Drawdown
    </Link>
  );
}

/** What a customer sees of itself. */
function customerEntries(id: string): readonly Entry[] {
  return [
    { to: paths.credits(id), label: 'Credits', icon: 'currencies' },
    { to: paths.usage(id), label: 'Usage', icon: 'usage' },
    { to: paths.ledger(id), label: 'Ledger', icon: 'ledger' },
  ];
}

function entriesOf(viewer: Viewer): readonly Entry[] {
  if (viewer.kind === 'customer') return customerEntries(viewer.customer.id);
  return viewer.role === 'ADMIN' ? [...SELLER_ENTRIES, ...ADMIN_ENTRIES] : SELLER_ENTRIES;
}

function Navigation({ path }: { readonly path: string }) {
  const viewer = useViewer();
  return (
    <nav className="nav" aria-label="Main">
      <ul>
        {entriesOf(viewer).map(({ to, label, icon }) => (
          <li key={to}>
            <Link to={to} className="nav-entry" aria-current={path === to ? 'page' : path.startsWith(`${to}/`) ? 'true' : undefined}>
              <Icon name={icon} />
              {label}
            </Link>
          </li>
        ))}
        {viewer.kind === 'seller' && <GraphiqlEntry />}
      </ul>
    </nav>
  );
}

/** It is a page of its own, loaded when it is opened. */
function GraphiqlEntry() {
  return (
    <li>
      <a className="nav-entry" href="/graphiql" target="_blank" rel="noreferrer">
        <Icon name="code" />
        GraphiQL
        <span className="only-spoken">(new tab)</span>
        <Icon name="external" size={12} />
      </a>
    </li>
  );
}
