import { useAnswer } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { CatalogPage, useCatalogArguments } from '../../components/catalog-page';
import { Instant } from '../../components/instant';
import type { Column } from '../../components/table';
import { countOf } from '../../format/amount';
import { PlansOfEnvironment, type PlansOfEnvironmentQuery } from '../../generated/plans';
import { paths } from '../../navigation/paths';
import { PlanDialogs } from './plan-dialogs';

type Plan = PlansOfEnvironmentQuery['plans']['edges'][number]['node'];

export default function PlansPage() {
  return (
    <CatalogPage
      title="Plans"
      subtitle="What customers are put on. A plan says what the usage of each feature costs."
      thing="plan"
      icon="plans"
      meaning="A plan is what you sell, such as Starter or Pro. Its customers are charged by the rates you give it."
      query={useAnswer(PlansOfEnvironment, useCatalogArguments(), { keepPrevious: true })}
      itemsIn={({ plans }) => plans}
      pathOf={paths.plan}
      columns={COLUMNS}
      inShort={(plan) => <Standing plan={plan} />}
      edit="Rename"
      dialogs={<PlanDialogs />}
    />
  );
}

/** Which version is in force, and whether the next one is being edited. */
function Standing({ plan: { publishedVersion, draft } }: { readonly plan: Plan }) {
  return (
    <>
      {publishedVersion ? `Version ${publishedVersion.number} in force` : <span className="muted">Not published yet</span>}{' '}
      {draft && <Badge tone="accent">{`Draft of version ${draft.number}`}</Badge>}
    </>
  );
}

const COLUMNS: readonly Column<Plan>[] = [
  {
    key: 'status',
    head: 'Status',
    from: 'tablet',
    cell: (plan) => (
      <span className="nowrap">
        <Standing plan={plan} />
      </span>
    ),
  },
  {
    key: 'features',
    head: 'Priced',
    from: 'desktop',
    cell: ({ publishedVersion }) => (publishedVersion ? countOf(publishedVersion.rates.length, 'feature') : <span className="muted">–</span>),
  },
  {
    key: 'published',
    head: 'Published',
    from: 'desktop',
    cell: ({ publishedVersion }) =>
      publishedVersion?.publishedAt ? <Instant value={publishedVersion.publishedAt} form="day" /> : <span className="muted">–</span>,
  },
];
