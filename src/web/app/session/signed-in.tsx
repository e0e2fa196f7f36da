import type { ReactNode } from 'react';
import { Failure, Loading } from '../components/state';
import { useSession } from './session';
import { Doorway, LinkEnded, SignIn } from './sign-in';
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
    return credential!.kind === 'key' ? <SignIn reason="The server does not know this key. It may have been revoked." /> : <LinkEnded />;
  if (viewer) return children;
  return <Doorway>{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading lines={4} label="Signing in" />}</Doorway>;
}
