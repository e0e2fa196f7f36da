import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { CheckField } from '../../components/check-field';
import { Icon } from '../../components/icon';
import { Instant } from '../../components/instant';
import { Page } from '../../components/page';
import { Pager } from '../../components/pager';
import { SearchField } from '../../components/search-field';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { countOf } from '../../format/amount';
import { PlansOfEnvironment, type PlansOfEnvironmentQuery } from '../../generated/plans';
import { paths } from '../../navigation/paths';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit } from '../../session/use-viewer';
import { PlanDialogs } from './plan-dialogs';

type Plan = PlansOfEnvironmentQuery['plans']['edges'][number]['node'];

const PAGE_SIZE = 25;

export default function PlansPage() {
  const mayEdit = useMayEdit();
  const { show } = useDialogAddress();
  const create = mayEdit && (
    <Button look="primary" onClick={() => show('new')}>
      <Icon name="plus" size={14} />
      New plan
    </Button>
  );
  return (
    <Page title="Plans" subtitle="What customers are put on. A plan says what the usage of each feature costs." actions={create}>
      <PlanList create={create} />
      {mayEdit && <PlanDialogs />}
    </Page>
  );
}

function PlanList({ create }: { readonly create: ReactNode }) {
  const { text, change } = useAddress();
  const idPrefix = text('q');
  const includeArchived = text('archived') === 'shown';
  const query = useAnswer(PlansOfEnvironment, { ...usePageArguments(PAGE_SIZE), idPrefix, includeArchived }, { keepPrevious: true });
  return (
    <div className="stack">
      <div className="row-apart">
        <SearchField label="Find by the beginning of an id" />
        <CheckField label="Show archived" checked={includeArchived} onChange={(shown) => change({ archived: shown ? 'shown' : null })} />
      </div>
      <Card flush>
        <Answered query={query}>
          {({ plans }) =>
            plans.edges.length === 0 ? (
              <NoPlans sought={idPrefix} create={create} />
            ) : (
              <>
                <PlanTable plans={plans.edges.map(({ node }) => node)} />
                <Pager info={plans.pageInfo} />
              </>
            )
          }
        </Answered>
      </Card>
    </div>
  );
}

function NoPlans({ sought, create }: { readonly sought: string | null; readonly create: ReactNode }) {
  if (sought) return <State icon="search" title="No plan has an id like this">{`None begins with “${sought}”.`}</State>;
  return (
    <State icon="plans" title="No plans yet" action={create}>
      A plan is what you sell, such as Starter or Pro. Its customers are charged by the rates you give it.
    </State>
  );
}

const COLUMNS: readonly Column<Plan>[] = [
  {
    key: 'name',
    head: 'Name',
    cell: ({ id, name, archivedAt }) => (
      <span className="two-lines">
        <span>
          <Link to={paths.plan(id)}>
            <strong>{name}</strong>
          </Link>{' '}
          {archivedAt && <Badge>Archived</Badge>}
        </span>
        <code className="muted">{id}</code>
      </span>
    ),
  },
  {
    key: 'version',
    head: 'In force',
    cell: ({ publishedVersion }) => (publishedVersion ? `Version ${publishedVersion.number}` : <span className="muted">Not published</span>),
  },
  { key: 'draft', head: 'Draft', cell: ({ draft }) => (draft ? <Badge tone="accent">Being edited</Badge> : <span className="muted">–</span>) },
  {
    key: 'features',
    head: 'Prices',
    from: 'tablet',
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

function PlanTable({ plans }: { readonly plans: readonly Plan[] }) {
  const mayEdit = useMayEdit();
  const { show } = useDialogAddress();
  const actions: Column<Plan> = {
    key: 'actions',
    head: <span className="only-spoken">Actions</span>,
    align: 'end',
    from: 'tablet',
    cell: ({ id, name, archivedAt }) =>
      archivedAt === null && (
        <span className="row row-end">
          <Button look="quiet" onClick={() => show('rename', id)} aria-label={`Rename ${name}`}>
            Rename
          </Button>
          <Button look="quiet" onClick={() => show('archive', id)} aria-label={`Archive ${name}`}>
            Archive
          </Button>
        </span>
      ),
  };
  return <Table label="Plans" columns={mayEdit ? [...COLUMNS, actions] : COLUMNS} rows={plans} rowKey={({ id }) => id} />;
}
