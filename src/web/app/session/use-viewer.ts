import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiError } from '../api/api-error';
import type { TypedDocument } from '../api/typed-document';
import { useAnswer, type AskOptions } from '../api/use-api';
import { ViewerOfKey, ViewerOfToken, type Role } from '../generated/viewer';
import { useSession } from './session';

/** Someone of the seller, who sees the environment, or one customer, who sees what is its own. */
export type Viewer =
  | { readonly kind: 'seller'; readonly role: Role; readonly environment: { readonly id: string; readonly name: string } }
  | { readonly kind: 'customer'; readonly customer: { readonly id: string; readonly name: string } };

/** Asks who is signed in. */
export function useViewerAnswer(): Pick<UseQueryResult<unknown, ApiError>, 'error' | 'refetch'> & { readonly viewer: Viewer | null } {
  const isToken = useSession().credential?.kind === 'token';
  const ofKey = useAnswer(ViewerOfKey, {}, { enabled: !isToken });
  const ofToken = useAnswer(ViewerOfToken, {}, { enabled: isToken });
  const { error, refetch } = isToken ? ofToken : ofKey;
  const customer = ofToken.data?.viewer.customer;
  if (isToken) return { viewer: customer ? { kind: 'customer', customer } : null, error, refetch };
  const seller = ofKey.data?.viewer;
  return { viewer: seller ? { kind: 'seller', role: seller.role!, environment: seller.environment } : null, error, refetch };
}

/** Who is signed in. Only below <SignedIn>, which has waited for the answer. */
export function useViewer(): Viewer {
  const { viewer } = useViewerAnswer();
  if (!viewer) throw new Error('Nobody is signed in here.');
  return viewer;
}

/** One question in the words of whoever asks it: a customer is not told all that a seller is. */
export function useAnswerForViewer<SellerAnswer, CustomerAnswer, Variables>(
  forSeller: TypedDocument<SellerAnswer, Variables>,
  forCustomer: TypedDocument<CustomerAnswer, Variables>,
  variables: Variables,
  options?: AskOptions,
): UseQueryResult<SellerAnswer | CustomerAnswer, ApiError> {
  const isSeller = useViewer().kind === 'seller';
  return useAnswer<SellerAnswer | CustomerAnswer, Variables>(
    (isSeller ? forSeller : forCustomer) as TypedDocument<SellerAnswer | CustomerAnswer, Variables>,
    variables,
    options,
  );
}

/** Whether the viewer may change things: nobody else is shown forms. */
export function useMayEdit(): boolean {
  const viewer = useViewer();
  return viewer.kind === 'seller' && viewer.role === 'ADMIN';
}
