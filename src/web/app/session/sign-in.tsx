import './sign-in.css';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../components/button';
import { TextField } from '../components/field';
import { ThemeSwitch } from '../shell/account';
import { credentialFrom } from './credential';
import { useSession } from './session';

/** The only view without a session. What was asked for is shown afterwards: the address stays. */
export function SignIn({ reason }: { readonly reason?: string }) {
  const { signIn } = useSession();
  const [secret, setSecret] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (secret.trim() !== '') signIn(credentialFrom(secret));
  };
  return (
    <main className="sign-in">
      <div className="sign-in-card">
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
          <TextField
            label="API key"
            type="password"
            placeholder="dd_…"
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
            autoFocus
          />
          <Button type="submit" look="primary">
            Sign in
          </Button>
        </form>
        <p className="muted small">
          No key at hand? On the server, <code>npx drawdown keys</code> makes one.
        </p>
      </div>
      <ThemeSwitch />
    </main>
  );
}
