import type { ReactNode } from 'react';
import { Failure, Loading } from '../components/state';
import { useSession } from './session';
import { SignIn } from './sign-in';
import { useViewerAnswer } from './use-viewer';

/** Shows its content to those whose key or token the server knows, and the way in to all others. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const { credential } = useSession();
  return credential ? <Checked>{children}</Checked> : <SignIn />;
}

function Checked({ children }: { readonly children: ReactNode }) {
  const { viewer, error, refetch } = useViewerAnswer();
  const { credential } = useSession();
  if (error?.code === 'UNAUTHENTICATED')
    return (
      <SignIn
        reason={
          credential!.kind === 'key'
            ? 'The server does not know this key. It may have been revoked.'
            : 'This link is not valid any more. Ask for a new one.'
        }
      />
    );
  if (viewer) return children;
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  return <Loading label="Signing in" />;
}
