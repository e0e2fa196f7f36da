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
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { CurrenciesOfEnvironment, type CurrenciesOfEnvironmentQuery } from '../../generated/currencies';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit } from '../../session/use-viewer';
import { CurrencyDialogs } from './currency-dialogs';

type Currency = CurrenciesOfEnvironmentQuery['currencies']['edges'][number]['node'];

const PAGE_SIZE = 25;

export default function CurrenciesPage() {
  const mayEdit = useMayEdit();
  const { show } = useDialogAddress();
  const create = (
    <Button look="primary" onClick={() => show('new')}>
      <Icon name="plus" size={14} />
      New currency
    </Button>
  );
  return (
    <Page title="Currencies" subtitle="Types of credits. Balances and charges of different ones never mix." actions={mayEdit && create}>
      <CurrencyList create={mayEdit ? create : null} />
      {mayEdit && <CurrencyDialogs />}
    </Page>
  );
}

function CurrencyList({ create }: { readonly create: ReactNode }) {
  const { text, change } = useAddress();
  const includeArchived = text('archived') === 'shown';
  const query = useAnswer(CurrenciesOfEnvironment, { ...usePageArguments(PAGE_SIZE), includeArchived }, { keepPrevious: true });
  return (
    <div className="stack">
      <CheckField label="Show archived" checked={includeArchived} onChange={(shown) => change({ archived: shown ? 'shown' : null })} />
      <Card flush>
        <Answered query={query}>
          {({ currencies: { edges, pageInfo } }) =>
            edges.length === 0 ? (
              <State icon="currencies" title="No currencies yet" action={create}>
                One is enough to begin with: credits.
              </State>
            ) : (
              <>
                <CurrencyTable currencies={edges.map(({ node }) => node)} />
                <Pager info={pageInfo} />
              </>
            )
          }
        </Answered>
      </Card>
    </div>
  );
}

const COLUMNS: readonly Column<Currency>[] = [
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
  { key: 'units', head: 'One, several', cell: ({ unitSingular, unitPlural }) => `${unitSingular}, ${unitPlural}` },
  { key: 'symbol', head: 'Symbol', from: 'tablet', cell: ({ symbol }) => symbol ?? <span className="muted">–</span> },
  { key: 'created', head: 'Created', from: 'tablet', cell: ({ createdAt }) => <Instant value={createdAt} form="day" /> },
];

function CurrencyTable({ currencies }: { readonly currencies: readonly Currency[] }) {
  const mayEdit = useMayEdit();
  const { show } = useDialogAddress();
  const actions: Column<Currency> = {
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
  return <Table label="Currencies" columns={mayEdit ? [...COLUMNS, actions] : COLUMNS} rows={currencies} rowKey={({ id }) => id} />;
}
