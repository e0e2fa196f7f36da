import { useAnswer } from '../api/use-api';
import { ViewerOfSession, type ViewerOfSessionQuery } from '../generated/viewer';

export type Viewer = ViewerOfSessionQuery['viewer'];

const FOREVER = {} as const;

/** Who is signed in. Only below <SignedIn>, which has waited for the answer. */
export function useViewer(): Viewer {
  const { data } = useAnswer(ViewerOfSession, FOREVER);
  if (!data) throw new Error('Nobody is signed in here.');
  return data.viewer;
}

/** Whether the viewer may change things: nobody else is shown forms. */
export function useMayEdit(): boolean {
  return useViewer().role === 'ADMIN';
}
