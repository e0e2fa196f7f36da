import { useAnswer } from '../../api/use-api';
import { PlanLatestPublications, type PlanLatestPublicationsQuery } from '../../generated/plan';

export type Scheduled = NonNullable<PlanLatestPublicationsQuery['plan']>['publications']['edges'][number]['node'];

/** The publications that are not effective yet, the next one first. */
export function useScheduled(planId: string): readonly Scheduled[] {
  const { data } = useAnswer(PlanLatestPublications, { id: planId });
  const latest = data?.plan?.publications.edges.map(({ node }) => node) ?? [];
  return latest.filter(({ status }) => status === 'SCHEDULED').sort((a, b) => Date.parse(a.effectiveAt) - Date.parse(b.effectiveAt));
}
