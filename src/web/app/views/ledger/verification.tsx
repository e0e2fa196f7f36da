import { useAnswer } from '../../api/use-api';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Answered, Loading } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { countOf } from '../../format/amount';
import { LedgerVerification, type LedgerVerificationQuery } from '../../generated/ledger';
import { useAddress } from '../../navigation/use-address';
import { useMayEdit } from '../../session/use-viewer';

type Difference = LedgerVerificationQuery['auditLedger']['differences'][number];

/** Recomputing takes a while, so it is done when asked for. */
export function VerifyButton() {
  const { text, change } = useAddress();
  const mayEdit = useMayEdit();
  if (!mayEdit) return null;
  const isOn = text('verify') === 'on';
  return <Button onClick={() => change({ verify: isOn ? null : 'on' })}>{isOn ? 'Hide verification' : 'Verify ledger'}</Button>;
}

export function Verification({ customerId }: { readonly customerId: string }) {
  const { text } = useAddress();
  const isOn = useMayEdit() && text('verify') === 'on';
  const query = useAnswer(LedgerVerification, { input: { customerId } }, { enabled: isOn });
  if (!isOn) return null;
  return (
    <Card title="Verification" hint="Every pool recomputed from nothing: charges, draws, balances, sequence, and what breakdowns are made of">
      {query.isFetching ? (
        <Loading lines={2} label="Recomputing the ledger" />
      ) : (
        <Answered query={query}>{({ auditLedger }) => <Verdict audit={auditLedger} />}</Answered>
      )}
    </Card>
  );
}

function Verdict({ audit }: { readonly audit: LedgerVerificationQuery['auditLedger'] }) {
  const { ok, entryCount, eventCount, poolCount, differences } = audit;
  return (
    <div className="stack" role="status">
      <p className="row">
        <span className={`row ${ok ? 'good' : 'bad'}`}>
          <Icon name={ok ? 'check' : 'warning'} />
        </span>
        <strong>{ok ? 'Everything adds up.' : countOf(differences.length, 'difference')}</strong>
        <span className="muted">
          {countOf(entryCount, 'entry', 'entries')} added up, {countOf(eventCount, 'event')} priced again, {countOf(poolCount, 'pool')}.
        </span>
      </p>
      {!ok && <Table label="Differences" columns={COLUMNS} rows={differences} rowKey={({ kind, detail }) => kind + detail} />}
    </div>
  );
}

const COLUMNS: readonly Column<Difference>[] = [
  { key: 'kind', head: 'Law', cell: ({ kind }) => kind },
  { key: 'pool', head: 'Pool', cell: ({ currencyId, resourceId }) => [currencyId, resourceId].filter(Boolean).join(' of ') || '–' },
  { key: 'detail', head: 'Where', cell: ({ detail }) => <span className="wrap-anywhere">{detail}</span> },
];
