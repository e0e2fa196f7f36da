import './ledger-filters.css';
import { Button } from '../../components/button';
import { CurrencyChoice } from '../../components/currency-choice';
import { SelectField, TextField, type Option } from '../../components/field';
import { grantName } from '../../format/grant';
import { dayText, instantFromLocalInput, LOCAL_ZONE, localInputText } from '../../format/instant';
import { GrantsOfLedger, GrantsOfLedgerForSeller } from '../../generated/ledger';
import { useAddress } from '../../navigation/use-address';
import { useAnswerForViewer } from '../../session/use-viewer';
import { KIND_NAMES, KINDS } from './kinds';

const FILTERS = ['kind', 'from', 'to', 'order', 'grant', 'feature', 'currency', 'entry'];

/** Those of a customer that can be chosen; others are asked for by the address. */
const MOST_GRANTS = 100;

/** Each is a parameter of the address. What the seller's catalog has is not offered: a customer may not list it. */
export function LedgerFilters({ customerId }: { readonly customerId: string }) {
  const { text, change } = useAddress();
  const isFiltered = FILTERS.some((name) => text(name) !== null);
  const instant = (name: 'from' | 'to') => ({
    type: 'datetime-local',
    value: text(name) === null ? '' : localInputText(text(name)!),
    onChange: (event: { target: { value: string } }) => change({ [name]: instantFromLocalInput(event.target.value) }, { replace: true }),
  });
  return (
    <form className="ledger-filters" role="search" aria-label="Entries" onSubmit={(event) => event.preventDefault()}>
      <SelectField
        label="Kind"
        value={text('kind') ?? ''}
        options={[{ value: '', label: 'All kinds' }, ...KINDS.map((kind) => ({ value: kind, label: KIND_NAMES[kind] }))]}
        onChange={(event) => change({ kind: event.target.value || null })}
      />
      <TextField label={`From, ${LOCAL_ZONE}`} {...instant('from')} />
      <TextField label={`Before, ${LOCAL_ZONE}`} {...instant('to')} />
      <TextField
        label="Feature id"
        value={text('feature') ?? ''}
        placeholder="Any"
        onChange={(event) => change({ feature: event.target.value || null }, { replace: true })}
      />
      <GrantChoices customerId={customerId} />
      <SelectField
        label="Order"
        value={text('order') ?? 'newest'}
        options={[
          { value: 'newest', label: 'Newest first' },
          { value: 'oldest', label: 'Oldest first' },
        ]}
        onChange={(event) => change({ order: event.target.value === 'oldest' ? 'oldest' : null })}
      />
      {isFiltered && (
        <Button look="quiet" onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, null])))}>
          Show all
        </Button>
      )}
    </form>
  );
}

/** The currencies a customer was ever granted, where there are several, and the grants. */
function GrantChoices({ customerId }: { readonly customerId: string }) {
  const { text, change } = useAddress();
  const grants =
    useAnswerForViewer(GrantsOfLedgerForSeller, GrantsOfLedger, { customerId, first: MOST_GRANTS }).data?.creditGrants.edges.map(
      ({ node }) => node,
    ) ?? [];
  const currencies = [...new Map(grants.map(({ currency: one }) => [one.id, one])).values()];
  const [currency, grant] = [text('currency'), text('grant')];
  const ofCurrency = grants.filter((one) => currency === null || one.currency.id === currency);
  return (
    <>
      <CurrencyChoice currencies={currencies} current={currency} none="All currencies" without={{ grant: null }} />
      <SelectField
        label="Grant"
        value={grant ?? ''}
        options={withAsked(
          [
            { value: '', label: 'All grants' },
            ...ofCurrency.map((one) => ({ value: one.id, label: `${grantName(one)}, from ${dayText(one.effectiveAt)}` })),
          ],
          grant,
        )}
        onChange={(event) => change({ grant: event.target.value || null })}
      />
    </>
  );
}

/** What the address asks for is always among them. */
function withAsked(options: readonly Option[], asked: string | null): readonly Option[] {
  return asked === null || options.some(({ value }) => value === asked) ? options : [...options, { value: asked, label: asked }];
}
