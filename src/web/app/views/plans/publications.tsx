import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Badge, type Tone } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Instant } from '../../components/instant';
import { Pager } from '../../components/pager';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { PlanPublications, type PlanPublicationsQuery } from '../../generated/plan';
import { paths } from '../../navigation/paths';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import type { PlanShown } from './plan-page';

type Publication = NonNullable<PlanPublicationsQuery['plan']>['publications']['edges'][number]['node'];

const PAGE_SIZE = 10;

const STATUSES: Record<Publication['status'], { readonly tone: Tone; readonly label: string }> = {
  SCHEDULED: { tone: 'accent', label: 'Scheduled' },
  EFFECTIVE: { tone: 'good', label: 'In force' },
  CANCELLED: { tone: 'neutral', label: 'Cancelled' },
};
const REPLACED = { tone: 'neutral', label: 'Replaced' } as const;

/** Every act of publishing: what, by whom, for whom, from when on. */
export function Publications({ plan, mayEdit }: { readonly plan: PlanShown; readonly mayEdit: boolean }) {
  const query = useAnswer(PlanPublications, { id: plan.id, ...usePageArguments(PAGE_SIZE) }, { keepPrevious: true });
  return (
    <Card title="Publications" hint="Which version charges which customers, and from when. For each customer the latest one counts." flush>
      <Answered query={query} lines={3}>
        {({ plan: found }) => {
          const { edges, pageInfo } = found!.publications;
          if (edges.length === 0)
            return (
              <State icon="empty" title="Not published yet">
                A draft charges nobody. Publish it, and it can never be changed again.
              </State>
            );
          return (
            <>
              <Table
                label="Versions published"
                columns={mayEdit ? [...COLUMNS, actionsColumn(plan)] : COLUMNS}
                rows={edges.map(({ node }) => node)}
                rowKey={({ id }) => id}
              />
              <Pager info={pageInfo} />
            </>
          );
        }}
      </Answered>
    </Card>
  );
}

const COLUMNS: readonly Column<Publication>[] = [
  {
    key: 'version',
    head: 'Version',
    cell: (publication) => (
      <span className="two-lines">
        <VersionLink number={publication.planVersion.number} />
        <span className="only-narrow">
          <StatusBadge publication={publication} />
        </span>
        <span className="only-narrow small">
          <Scope publication={publication} />
        </span>
        <span className="only-narrow muted small">
          from <Instant value={publication.effectiveAt} />
        </span>
      </span>
    ),
  },
  { key: 'status', head: 'Status', from: 'tablet', cell: (publication) => <StatusBadge publication={publication} /> },
  { key: 'scope', head: 'Affects', from: 'tablet', cell: (publication) => <Scope publication={publication} /> },
  { key: 'effective', head: 'From', from: 'tablet', cell: ({ effectiveAt }) => <Instant value={effectiveAt} /> },
  {
    key: 'published',
    head: 'Published',
    from: 'desktop',
    cell: ({ publishedAt, publishedBy, cancelledAt, cancelledBy }) => (
      <span className="two-lines">
        <span>
          <Instant value={publishedAt} /> <span className="muted">{`by ${publishedBy ?? 'the server'}`}</span>
        </span>
        {cancelledAt && (
          <span className="muted small">
            Cancelled <Instant value={cancelledAt} /> {`by ${cancelledBy ?? 'the server'}`}
          </span>
        )}
      </span>
    ),
  },
];

/** In force is what still prices somebody's usage: not what a later publication to all has replaced. */
function StatusBadge({ publication: { status, replacedAt } }: { readonly publication: Publication }) {
  const { tone, label } = replacedAt === null ? STATUSES[status] : REPLACED;
  return <Badge tone={tone}>{label}</Badge>;
}

function VersionLink({ number }: { readonly number: number }) {
  const { withChange } = useAddress();
  return <Link to={withChange({ version: String(number) })}>{`Version ${number}`}</Link>;
}

function Scope({ publication: { scope, customers } }: { readonly publication: Publication }) {
  if (scope === 'ALL_CUSTOMERS') return <>All customers</>;
  if (scope === 'NEW_CUSTOMERS') return <>New customers</>;
  return (
    <span>
      {customers.edges.map(({ node }, index) => (
        <span key={node.id}>
          {index > 0 && ', '}
          <Link to={paths.customer(node.id)}>{node.name}</Link>
        </span>
      ))}
      {customers.pageInfo.hasNextPage && ' and others'}
    </span>
  );
}

/** What is scheduled can be taken back; what is not in force can be put into force again. */
function actionsColumn({ id, publishedVersion }: PlanShown): Column<Publication> {
  return {
    key: 'actions',
    head: <span className="only-spoken">Actions</span>,
    align: 'end',
    cell: (publication) => <Actions publication={publication} planId={id} inForce={publishedVersion?.number ?? null} />,
  };
}

function Actions({ publication, planId, inForce }: { publication: Publication; planId: string; inForce: number | null }) {
  const { show } = useDialogAddress();
  const { number } = publication.planVersion;
  if (publication.status === 'SCHEDULED')
    return (
      <Button look="quiet" onClick={() => show('cancel-publication', publication.id)} aria-label={`Cancel the publication of version ${number}`}>
        Cancel
      </Button>
    );
  if (number === inForce) return null;
  return (
    <Link className="button button-quiet" to={`${paths.publish(planId)}?version=${number}`}>
      <span>
        Publish <span className="only-spoken">{`version ${number}`} </span>again
      </span>
    </Link>
  );
}
