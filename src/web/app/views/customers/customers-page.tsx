import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Redirect } from 'wouter';
import type { ApiError } from '../../api/api-error';
import { useAnswer } from '../../api/use-api';
import { Button, ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { CheckField } from '../../components/check-field';
import { CurrencyChoice } from '../../components/currency-choice';
import { Icon } from '../../components/icon';
import { Page } from '../../components/page';
import { Pager } from '../../components/pager';
import { SearchField } from '../../components/search-field';
import { Answered, Failure, State } from '../../components/state';
import { countOf } from '../../format/amount';
import { LOCAL_ZONE } from '../../format/instant';
import { CustomersWithCredits, type CustomerCreditsOrderInput } from '../../generated/customers';
import { paths } from '../../navigation/paths';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit, useViewer } from '../../session/use-viewer';
import { CustomerTable, DEFAULT_SORT } from './customer-table';
import { NewCustomerDialog } from './new-customer-dialog';
import { useCurrencies, type Currency } from './use-currency';

const PAGE_SIZE = 25;

/** A customer, who is not told of others, is led to its own. */
export default function CustomersPage() {
  const viewer = useViewer();
  return viewer.kind === 'seller' ? <AllCustomers /> : <Redirect to={paths.credits(viewer.customer.id)} replace />;
}

function AllCustomers() {
  const mayEdit = useMayEdit();
  const { open, show } = useDialogAddress();
  const { query, currencies, current } = useCurrencies();
  const isEmpty = query.data !== undefined && !current;
  const create = (
    <Button look="primary" onClick={() => show('new')}>
      <Icon name="plus" size={14} />
      New customer
    </Button>
  );
  return (
    <Page title="Customers" subtitle={!isEmpty && 'What each has left, and what it used in the last month.'} actions={mayEdit && create}>
      {isEmpty ? <NothingYet /> : <CustomerList query={query} currency={current} currencies={currencies} create={mayEdit ? create : null} />}
      {mayEdit && open === 'new' && <NewCustomerDialog />}
    </Page>
  );
}

/** Without a currency there is nothing to be listed by. */
function NothingYet() {
  const mayEdit = useMayEdit();
  return (
    <Card>
      <State
        icon="start"
        title="This environment is empty"
        action={
          mayEdit && (
            <ButtonLink look="primary" to={paths.start}>
              Get started
            </ButtonLink>
          )
        }
      >
        A currency, a feature with its price, a customer and some credits: five minutes, then the first event is charged.
      </State>
    </Card>
  );
}

/** `-balance` as the API takes it. */
function orderFrom(sort: string | null): CustomerCreditsOrderInput {
  const [, minus, name] = /^(-?)(name|balance|consumed)$/.exec(sort ?? '') ?? /^(-?)(.*)$/.exec(DEFAULT_SORT)!;
  return { field: name!.toUpperCase() as CustomerCreditsOrderInput['field'], direction: minus ? 'DESC' : 'ASC' };
}

const ORDER_TEXTS: Record<CustomerCreditsOrderInput['field'], Record<CustomerCreditsOrderInput['direction'], string>> = {
  CONSUMED: { DESC: 'most used first', ASC: 'least used first' },
  BALANCE: { DESC: 'highest balance first', ASC: 'lowest balance first' },
  NAME: { DESC: 'by name, Z to A', ASC: 'by name, A to Z' },
  ID: { DESC: 'by id, Z to A', ASC: 'by id, A to Z' },
};

interface CustomerListProps {
  readonly query: UseQueryResult<unknown, ApiError>;
  /** Null: it is not known yet. */
  readonly currency: Currency | null;
  readonly currencies: readonly Currency[];
  readonly create: ReactNode;
}

/** What narrows it keeps its place while it is loading. Where there is nobody, there is nobody to be found. */
function CustomerList({ query, currency, currencies, create }: CustomerListProps) {
  const { text, change } = useAddress();
  const search = text('q');
  const includeArchived = text('archived') === 'shown';
  const orderBy = orderFrom(text('sort'));
  const variables = { ...usePageArguments(PAGE_SIZE), currencyId: currency?.id ?? '', search, includeArchived, orderBy, timeZone: LOCAL_ZONE };
  const list = useAnswer(CustomersWithCredits, variables, { keepPrevious: true, enabled: currency !== null });
  const isBare = list.data?.customerCredits.customerCount === 0 && search === null;
  return (
    <div className="stack">
      <div className="row-apart">
        {!isBare && <SearchField label="Find by name or id" />}
        <div className="row row-loose">
          <CheckField label="Show archived" checked={includeArchived} onChange={(shown) => change({ archived: shown ? 'shown' : null })} />
          <div className="inline-field">{!isBare && <CurrencyChoice currencies={currencies} current={currency?.id ?? null} />}</div>
        </div>
      </div>
      <Card flush>
        {query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Answered query={list} lines={8}>
            {({
              customerCredits: {
                edges,
                pageInfo,
                customerCount,
                currency: { unitPlural },
              },
            }) =>
              edges.length === 0 ? (
                <NoCustomers sought={search} create={create} />
              ) : (
                <>
                  <CustomerTable rows={edges.map(({ node }) => node)} unit={unitPlural} />
                  <Pager info={pageInfo}>{`${countOf(customerCount, 'customer')}, ${ORDER_TEXTS[orderBy.field][orderBy.direction]}`}</Pager>
                </>
              )
            }
          </Answered>
        )}
      </Card>
    </div>
  );
}

function NoCustomers({ sought, create }: { readonly sought: string | null; readonly create: ReactNode }) {
  const { text, change } = useAddress();
  const isArchivedShown = text('archived') === 'shown';
  if (sought !== null)
    return (
      <State
        icon="search"
        title="No customer found"
        action={
          <>
            <Button onClick={() => change({ q: null })}>Clear the search</Button>
            {!isArchivedShown && <Button onClick={() => change({ archived: 'shown' })}>Search archived ones, too</Button>}
          </>
        }
      >
        {`No name or id contains “${sought}”.`}
      </State>
    );
  return (
    <State icon="customers" title="No customers yet" action={create}>
      A customer has credits, is on a plan, and uses your features.
    </State>
  );
}
