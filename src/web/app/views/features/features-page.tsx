import type { ReactNode } from 'react';
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
import { FeaturesOfEnvironment, type FeaturesOfEnvironmentQuery } from '../../generated/features';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit } from '../../session/use-viewer';
import { FeatureDialogs } from './feature-dialogs';

type Feature = FeaturesOfEnvironmentQuery['features']['edges'][number]['node'];

const PAGE_SIZE = 25;

export default function FeaturesPage() {
  const mayEdit = useMayEdit();
  const { show } = useDialogAddress();
  const create = (
    <Button look="primary" onClick={() => show('new')}>
      <Icon name="plus" size={14} />
      New feature
    </Button>
  );
  return (
    <Page title="Features" subtitle="What is metered. The rates of your plans say what its usage costs." actions={mayEdit && create}>
      <FeatureList create={mayEdit ? create : null} />
      {mayEdit && <FeatureDialogs />}
    </Page>
  );
}

function FeatureList({ create }: { readonly create: ReactNode }) {
  const { text, change } = useAddress();
  const idPrefix = text('q');
  const includeArchived = text('archived') === 'shown';
  const query = useAnswer(FeaturesOfEnvironment, { ...usePageArguments(PAGE_SIZE), idPrefix, includeArchived }, { keepPrevious: true });
  return (
    <div className="stack">
      <div className="row-apart">
        <SearchField label="Find by the beginning of an id" />
        <CheckField label="Show archived" checked={includeArchived} onChange={(shown) => change({ archived: shown ? 'shown' : null })} />
      </div>
      <Card flush>
        <Answered query={query}>
          {({ features }) =>
            features.edges.length === 0 ? (
              <NoFeatures sought={idPrefix} create={create} />
            ) : (
              <>
                <FeatureTable features={features.edges.map(({ node }) => node)} />
                <Pager info={features.pageInfo} />
              </>
            )
          }
        </Answered>
      </Card>
    </div>
  );
}

function NoFeatures({ sought, create }: { readonly sought: string | null; readonly create: ReactNode }) {
  if (sought) return <State icon="search" title="No feature has an id like this">{`None begins with “${sought}”.`}</State>;
  return (
    <State icon="features" title="No features yet" action={create}>
      A feature is something your customers use and you count, such as a chat completion or an exported page.
    </State>
  );
}

const COLUMNS: readonly Column<Feature>[] = [
  {
    key: 'name',
    head: 'Name',
    cell: ({ id, name, archivedAt }) => (
      <span className="two-lines">
        <span>
          <strong>{name}</strong> {archivedAt && <Badge>Archived</Badge>}
        </span>
        <code className="muted">{id}</code>
      </span>
    ),
  },
  { key: 'unit', head: 'Unit', cell: ({ unit }) => unit },
  { key: 'loose', head: 'Always loose', from: 'desktop', cell: ({ looseDimensions }) => <Names names={looseDimensions} /> },
  { key: 'rolled', head: 'Always rolled up', from: 'desktop', cell: ({ rolledUpDimensions }) => <Names names={rolledUpDimensions} /> },
  { key: 'created', head: 'Created', from: 'tablet', cell: ({ createdAt }) => <Instant value={createdAt} form="day" /> },
];

function Names({ names }: { readonly names: readonly string[] }) {
  return names.length === 0 ? <span className="muted">–</span> : <code>{names.join(', ')}</code>;
}

function FeatureTable({ features }: { readonly features: readonly Feature[] }) {
  const mayEdit = useMayEdit();
  const { show } = useDialogAddress();
  const actions: Column<Feature> = {
    key: 'actions',
    head: <span className="only-spoken">Actions</span>,
    align: 'end',
    cell: ({ id, name, archivedAt }) =>
      archivedAt === null && (
        <span className="row row-end">
          <Button look="quiet" onClick={() => show('edit', id)} aria-label={`Edit ${name}`}>
            Edit
          </Button>
          <Button look="quiet" onClick={() => show('archive', id)} aria-label={`Archive ${name}`}>
            Archive
          </Button>
        </span>
      ),
  };
  return <Table label="Features" columns={mayEdit ? [...COLUMNS, actions] : COLUMNS} rows={features} rowKey={({ id }) => id} />;
}
