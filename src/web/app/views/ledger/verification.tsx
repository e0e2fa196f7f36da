import './verification.css';
import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Instant } from '../../components/instant';
import { Answered, Loading } from '../../components/state';
import { countOf } from '../../format/amount';
import { LedgerVerification, type LedgerDifferenceKind, type LedgerVerificationQuery } from '../../generated/ledger';
import { useAddress } from '../../navigation/use-address';
import { useMayEdit } from '../../session/use-viewer';
import { WITHOUT_FILTERS } from './filters';

type Audit = LedgerVerificationQuery['auditLedger'];
type Difference = Audit['differences'][number];

const WHAT_IS_WRONG: Record<LedgerDifferenceKind, string> = {
  SEQUENCE: 'An entry is missing, or numbered wrongly',
  TIME: 'An entry is out of the order of time',
  BALANCE: 'A balance does not add up',
  GRANT: 'A grant does not add up',
  OVERDRAFT: 'The overdraft does not add up',
  DRAWS: 'A charge and its entries do not agree',
  CALCULATION: 'A charge is not what its rate comes to',
  RAW_EVENT: 'An event is incomplete, or there twice',
  ROLLUP: 'A sum behind the usage breakdowns is wrong',
};

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
  const query = useAnswer(LedgerVerification, { input: { customerId } }, { enabled: isOn, held: true });
  if (!isOn) return null;
  if (query.isFetching)
    return (
      <Card title="Verification" hint="Every entry is added up, and every charge computed, once more. With many of them this takes a while.">
        <Loading lines={2} label="Verifying the ledger" />
      </Card>
    );
  return (
    <Card
      title="Verification"
      hint={query.data && <>As of {<Instant value={new Date(query.dataUpdatedAt).toISOString()} form="second" />}</>}
      actions={<Button onClick={() => void query.refetch()}>Verify again</Button>}
    >
      <Answered query={query}>{({ auditLedger }) => <Verdict audit={auditLedger} />}</Answered>
    </Card>
  );
}

function Verdict({ audit }: { readonly audit: Audit }) {
  const { ok, entryCount, eventCount, poolCount, differences } = audit;
  return (
    <div className="stack" role="status">
      <p className="verdict">
        <span className={ok ? 'good' : 'bad'}>
          <Icon name={ok ? 'check' : 'warning'} />
        </span>
        <span>
          <strong>{ok ? 'Everything adds up.' : `${countOf(differences.length, 'difference')}.`}</strong>{' '}
          <span className="muted">
            {countOf(entryCount, 'entry', 'entries')} added up, {countOf(eventCount, 'event')} priced again, {countOf(poolCount, 'pool')}.
          </span>
        </span>
      </p>
      {!ok && (
        <ul className="ledger-differences" aria-label="Differences">
          {differences.map((difference, i) => (
            <DifferenceItem key={i} difference={difference} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** What is wrong, where, and the way to the entries of that instant. */
function DifferenceItem({ difference: { kind, currencyId, resourceId, detail, at } }: { readonly difference: Difference }) {
  const { withChange } = useAddress();
  const pool = [currencyId, resourceId].filter(Boolean).join(' of ');
  return (
    <li>
      <strong>{WHAT_IS_WRONG[kind]}</strong>
      <span>{detail}</span>
      <span className="muted small row row-loose">
        {pool !== '' && <span>Pool {pool}</span>}
        {at !== null && (
          <Link to={withChange({ ...WITHOUT_FILTERS, from: at, to: new Date(Date.parse(at) + 1).toISOString() })}>Show its entries</Link>
        )}
      </span>
    </li>
  );
}
