import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-api';
import { Button } from '../../components/button';
import { ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { CheckField } from '../../components/check-field';
import { CurrencyChoice } from '../../components/currency-choice';
import { Icon } from '../../components/icon';
import { Page } from '../../components/page';
import { Pager } from '../../components/pager';
import { SearchField } from '../../components/search-field';
import { Answered, State } from '../../components/state';
import { countOf } from '../../format/amount';
import { CustomersWithCredits, type CustomerCreditsOrderInput } from '../../generated/customers';
import { paths } from '../../navigation/paths';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit } from '../../session/use-viewer';
import { CustomerTable, DEFAULT_SORT } from './customer-table';
import { NewCustomerDialog } from './new-customer-dialog';
import { useCurrencies, type Currency } from './use-currency';

const PAGE_SIZE = 25;

export default function CustomersPage() {
  const mayEdit = useMayEdit();
  const { open, show } = useDialogAddress();
  const { query, currencies, current } = useCurrencies();
  const create = (
    <Button look="primary" onClick={() => show('new')}>
      <Icon name="plus" size={14} />
      New customer
    </Button>
  );
  return (
    <Page title="Customers" subtitle="What each has left, and what it used in the last month." actions={mayEdit && create}>
      <Answered query={query}>
        {() => (current ? <CustomerList currency={current} currencies={currencies} create={mayEdit ? create : null} /> : <NothingYet />)}
      </Answered>
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

interface CustomerListProps {
  readonly currency: Currency;
  readonly currencies: readonly Currency[];
  readonly create: ReactNode;
}

function CustomerList({ currency, currencies, create }: CustomerListProps) {
  const { text, change } = useAddress();
  const search = text('q');
  const includeArchived = text('archived') === 'shown';
  const variables = { ...usePageArguments(PAGE_SIZE), currencyId: currency.id, search, includeArchived, orderBy: orderFrom(text('sort')) };
  const query = useAnswer(CustomersWithCredits, variables, { keepPrevious: true });
  return (
    <div className="stack">
      <div className="row-apart">
        <SearchField label="Find by name or id" />
        <div className="row row-loose">
          <CheckField label="Show archived" checked={includeArchived} onChange={(shown) => change({ archived: shown ? 'shown' : null })} />
          <div className="inline-field">
            <CurrencyChoice currencies={currencies} current={currency.id} />
          </div>
        </div>
      </div>
      <Card flush>
        <Answered query={query} lines={8}>
          {({ customerCredits: { edges, pageInfo, customerCount } }) =>
            edges.length === 0 ? (
              <NoCustomers sought={search} create={create} />
            ) : (
              <>
                <CustomerTable rows={edges.map(({ node }) => node)} unit={currency.unitPlural} />
                <Pager info={pageInfo}>{countOf(customerCount, 'customer')}</Pager>
              </>
            )
          }
        </Answered>
      </Card>
    </div>
  );
}

function NoCustomers({ sought, create }: { readonly sought: string | null; readonly create: ReactNode }) {
  if (sought) return <State icon="search" title="Nobody is called like this">{`No name or id contains “${sought}”.`}</State>;
  return (
    <State icon="customers" title="No customers yet" action={create}>
      A customer has credits, is on a plan, and uses your features.
    </State>
  );
}
