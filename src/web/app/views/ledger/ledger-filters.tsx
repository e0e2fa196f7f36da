import './ledger-filters.css';
import { useState } from 'react';
import { useAnswer } from '../../api/use-api';
import { Button } from '../../components/button';
import { CurrencyChoice } from '../../components/currency-choice';
import { FoldButton } from '../../components/fold-button';
import { SelectField, TextField, type Option } from '../../components/field';
import { countOf } from '../../format/amount';
import { grantName } from '../../format/grant';
import { dayText, instantFromLocalInput, localInputText } from '../../format/instant';
import { FeaturesOfLedger, GrantsOfLedger, GrantsOfLedgerForSeller } from '../../generated/ledger';
import { useAddress } from '../../navigation/use-address';
import { useAnswerForViewer, useViewer } from '../../session/use-viewer';
import { countFilters, WITHOUT_FILTERS } from './filters';
import { KIND_NAMES, KINDS } from './kinds';

/** Those of a customer that can be chosen; others are asked for by the address. */
const MOST_GRANTS = 100;

/** Each is a parameter of the address. Where there is little room, they are behind a line that says how many there are. */
export function LedgerFilters({ customerId }: { readonly customerId: string }) {
  const { text, change } = useAddress();
  const [isOpen, setIsOpen] = useState(false);
  const isSeller = useViewer().kind === 'seller';
  const isOldestFirst = text('order') === 'oldest';
  const count = countFilters(text);
  const instant = (name: 'from' | 'to') => ({
    type: 'datetime-local',
    value: text(name) === null ? '' : localInputText(text(name)!),
    onChange: (event: { target: { value: string } }) => change({ [name]: instantFromLocalInput(event.target.value) }, { replace: true }),
  });
  return (
    <form className="ledger-filters" role="search" aria-label="Entries" data-shown={isOpen || undefined} onSubmit={(event) => event.preventDefault()}>
      <FoldButton isOpen={isOpen} onToggle={() => setIsOpen(!isOpen)}>
        {count > 0 ? countOf(count, 'filter') : 'Filter'}
        {isOldestFirst && ' · Oldest first'}
      </FoldButton>
      <SelectField
        label="Kind"
        value={text('kind') ?? ''}
        options={[{ value: '', label: 'All kinds' }, ...KINDS.map((kind) => ({ value: kind, label: KIND_NAMES[kind] }))]}
        onChange={(event) => change({ kind: event.target.value || null })}
      />
      <TextField label="From" {...instant('from')} />
      <TextField label="Before" {...instant('to')} />
      {isSeller && <FeatureChoice />}
      <GrantChoices customerId={customerId} />
      <SelectField
        label="Order"
        value={isOldestFirst ? 'oldest' : 'newest'}
        options={[
          { value: 'newest', label: 'Newest first' },
          { value: 'oldest', label: 'Oldest first' },
        ]}
        onChange={(event) => change({ order: event.target.value === 'oldest' ? 'oldest' : null })}
      />
      {count > 0 && (
        <Button look="quiet" onClick={() => change(WITHOUT_FILTERS)}>
          Remove filters
        </Button>
      )}
    </form>
  );
}

/** Of the seller's catalog, which a customer may not list. */
function FeatureChoice() {
  const { text, change } = useAddress();
  const features = useAnswer(FeaturesOfLedger, {}).data?.features.edges.map(({ node }) => node) ?? [];
  const options = [{ value: '', label: 'All features' }, ...features.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <SelectField
      label="Feature"
      value={text('feature') ?? ''}
      options={withAsked(options, text('feature'))}
      onChange={(event) => change({ feature: event.target.value || null })}
    />
  );
}

/** The currencies a customer was ever granted, where there are several, and the grants. */
function GrantChoices({ customerId }: { readonly customerId: string }) {
  const { text, change } = useAddress();
  const { data } = useAnswerForViewer(GrantsOfLedgerForSeller, GrantsOfLedger, { customerId, first: MOST_GRANTS });
  const grants = data?.creditGrants.edges.map(({ node }) => node) ?? [];
  const currencies = [...new Map(grants.map(({ currency: one }) => [one.id, one])).values()];
  const [currency, grant] = [text('currency'), text('grant')];
  const ofCurrency = grants.filter((one) => currency === null || one.currency.id === currency);
  const chosenFrom = ofCurrency.map((one) => ({ value: one.id, label: `${grantName(one)}, from ${dayText(one.effectiveAt)}` }));
  return (
    <>
      <CurrencyChoice currencies={currencies} current={currency} none="All currencies" without={{ grant: null }} />
      <SelectField
        label="Grant"
        value={grant ?? ''}
        options={withAsked([{ value: '', label: 'All grants' }, ...chosenFrom], grant)}
        onChange={(event) => change({ grant: event.target.value || null })}
      />
    </>
  );
}

/** What the address asks for is always among them. */
function withAsked(options: readonly Option[], asked: string | null): readonly Option[] {
  return asked === null || options.some(({ value }) => value === asked) ? options : [...options, { value: asked, label: asked }];
}
