import type { PlanShown } from './plan-page';

export type Scheduled = PlanShown['publications']['edges'][number]['node'];

/** The publications that are not effective yet, the next one first. */
export function scheduledOf({ publications }: PlanShown): readonly Scheduled[] {
  const latest = publications.edges.map(({ node }) => node);
  return latest.filter(({ status }) => status === 'SCHEDULED').sort((a, b) => Date.parse(a.effectiveAt) - Date.parse(b.effectiveAt));
}
