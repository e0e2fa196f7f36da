import './sign-in.css';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { Button } from '../components/button';
import { TextField } from '../components/field';
import { ThemeSwitch } from '../shell/account';
import { BrandMark } from '../shell/brand-mark';
import { credentialFrom } from './credential';
import { useSession } from './session';

/** What is shown before it is known who is there: in the middle of the page, with nothing around it. */
export function Doorway({ children }: { readonly children: ReactNode }) {
  return (
    <main className="sign-in">
      <BrandMark size={36} />
      <div className="sign-in-card">{children}</div>
      <ThemeSwitch />
    </main>
  );
}

/** The only view without a session. What was asked for is shown afterwards: the address stays. */
export function SignIn({ reason }: { readonly reason?: string }) {
  const { signIn } = useSession();
  const [secret, setSecret] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (secret.trim() !== '') signIn(credentialFrom(secret));
  };
  return (
    <Doorway>
      <div>
        <h1>Sign in to Drawdown</h1>
        <p className="muted">With an API key of your environment. It is kept in this tab only, until you close it or sign out.</p>
      </div>
      {reason && (
        <p className="form-failure" role="alert">
          {reason}
        </p>
      )}
      <form className="stack" onSubmit={submit}>
        <TextField label="API key" type="password" placeholder="dd_…" value={secret} onChange={(event) => setSecret(event.target.value)} autoFocus />
        <Button type="submit" look="primary">
          Sign in
        </Button>
      </form>
      <p className="muted small">
        No key at hand? On the server, <code className="nowrap">npx drawdown keys add</code> makes one.
      </p>
    </Doorway>
  );
}

/** Who came by a link has no key to sign in with, only whoever gave it. */
export function LinkEnded() {
  const { signOut } = useSession();
  return (
    <Doorway>
      <div role="alert">
        <h1>This link is not valid any more</h1>
        <p className="muted">It showed the credits of one customer for a while. Ask whoever gave it to you for a new one.</p>
      </div>
      <Button onClick={signOut}>Sign in with an API key</Button>
    </Doorway>
  );
}
