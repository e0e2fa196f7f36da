import { Badge } from '../components/badge';
import { Button } from '../components/button';
import { Icon } from '../components/icon';
import { useTheme, type Theme } from '../navigation/theme';
import { useSession } from '../session/session';
import { useViewer } from '../session/use-viewer';

const ROLE_NAMES = { ADMIN: 'Admin', WRITER: 'Writer', READER: 'Reader' } as const;

/** Who is signed in, where, and how the page looks. */
export function Account() {
  const viewer = useViewer();
  const { signOut } = useSession();
  return (
    <div className="account">
      <div className="account-who">
        {viewer.kind === 'customer' ? (
          <span className="account-name">{viewer.customer.name}</span>
        ) : (
          <>
            <span className="account-name" title={`Environment ${viewer.environment.id}`}>
              {viewer.environment.name}
            </span>
            <Badge>{ROLE_NAMES[viewer.role]}</Badge>
          </>
        )}
      </div>
      <div className="row-apart">
        <ThemeSwitch />
        <Button look="quiet" onClick={signOut}>
          <Icon name="sign-out" />
          Sign out
        </Button>
      </div>
    </div>
  );
}

const THEMES: readonly { readonly theme: Theme; readonly label: string; readonly icon: 'system' | 'sun' | 'moon' }[] = [
  { theme: 'system', label: 'As the system', icon: 'system' },
  { theme: 'light', label: 'Light', icon: 'sun' },
  { theme: 'dark', label: 'Dark', icon: 'moon' },
];

export function ThemeSwitch() {
  const [current, setTheme] = useTheme();
  return (
    <div className="theme-switch" role="group" aria-label="Colours">
      {THEMES.map(({ theme, label, icon }) => (
        <button key={theme} type="button" aria-pressed={theme === current} title={label} onClick={() => setTheme(theme)}>
          <Icon name={icon} size={14} />
          <span className="only-spoken">{label}</span>
        </button>
      ))}
    </div>
  );
}
