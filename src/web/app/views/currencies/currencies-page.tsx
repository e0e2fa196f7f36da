import { useAnswer } from '../../api/use-api';
import { CatalogPage, useCatalogArguments } from '../../components/catalog-page';
import { Instant } from '../../components/instant';
import type { Column } from '../../components/table';
import { CurrenciesOfEnvironment, type CurrenciesOfEnvironmentQuery } from '../../generated/currencies';
import { CurrencyDialogs } from './currency-dialogs';

type Currency = CurrenciesOfEnvironmentQuery['currencies']['edges'][number]['node'];

export default function CurrenciesPage() {
  const { idPrefix: _, ...page } = useCatalogArguments();
  return (
    <CatalogPage
      title="Currencies"
      subtitle="Types of credits. Balances and charges of different ones never mix."
      thing="currency"
      icon="currencies"
      meaning="One is enough to begin with: credits."
      query={useAnswer(CurrenciesOfEnvironment, page, { keepPrevious: true })}
      itemsIn={({ currencies }) => currencies}
      columns={COLUMNS}
      inShort={unitsOf}
      isSought={false}
      dialogs={<CurrencyDialogs />}
    />
  );
}

const unitsOf = ({ unitSingular, unitPlural }: Currency): string => `${unitSingular}, ${unitPlural}`;

const COLUMNS: readonly Column<Currency>[] = [
  { key: 'units', head: 'Unit', from: 'tablet', cell: unitsOf },
  { key: 'symbol', head: 'Symbol', from: 'tablet', cell: ({ symbol }) => symbol ?? <span className="muted">–</span> },
  { key: 'created', head: 'Created', from: 'tablet', cell: ({ createdAt }) => <Instant value={createdAt} form="day" /> },
];
