import { useAnswer } from '../../api/use-api';
import { Amount } from '../../components/amount';
import { Badge } from '../../components/badge';
import { Card } from '../../components/card';
import { Table, type Column } from '../../components/table';
import { countOf } from '../../format/amount';
import { TestsOfDraft, type TestsOfDraftQuery } from '../../generated/review';
import { REFUSAL_NAMES, type Refusal } from '../rate/refusals';

type DraftRate = NonNullable<NonNullable<TestsOfDraftQuery['plan']>['draft']>['rates'][number];
type TestLine = DraftRate['tests'][number] & Pick<DraftRate, 'feature'>;

/** The examples kept with the prices, and what comes of them; those that fail first. Nothing is shown where there are none. */
export function DraftTests({ planId }: { readonly planId: string }) {
  const rates = useAnswer(TestsOfDraft, { planId }).data?.plan?.draft?.rates ?? [];
  const tests = rates.flatMap(({ feature, tests: own }) => own.map((test) => ({ ...test, feature })));
  if (tests.length === 0) return null;
  const failed = tests.filter(({ passed }) => !passed);
  const hint =
    failed.length === 0
      ? 'All of them pass.'
      : `${countOf(failed.length, 'test fails', 'tests fail')}; fix ${failed.length === 1 ? 'it' : 'them'} to publish.`;
  return (
    <Card title={countOf(tests.length, 'test')} hint={hint} flush>
      <Table
        label="Tests of the draft"
        columns={COLUMNS}
        rows={[...failed, ...tests.filter(({ passed }) => passed)]}
        rowKey={({ feature, name }) => `${feature.id} ${name}`}
      />
    </Card>
  );
}

const COLUMNS: readonly Column<TestLine>[] = [
  {
    key: 'name',
    head: 'Test',
    cell: ({ name, feature, expectedCredits, expectedError, credits, error, passed }) => (
      <span className="two-lines">
        <span>{name}</span>
        <span className="muted small">{feature.name}</span>
        <span className="only-narrow small">
          Expected: <Outcome credits={expectedCredits} error={expectedError} />
        </span>
        {!passed && (
          <span className="only-narrow small">
            Comes out: <Outcome credits={credits} error={error} />
          </span>
        )}
      </span>
    ),
  },
  {
    key: 'expected',
    head: 'Expected',
    align: 'end',
    from: 'tablet',
    cell: ({ expectedCredits, expectedError }) => <Outcome credits={expectedCredits} error={expectedError} />,
  },
  { key: 'comes', head: 'Comes out', align: 'end', from: 'tablet', cell: ({ credits, error }) => <Outcome credits={credits} error={error} /> },
  {
    key: 'passed',
    head: 'Result',
    align: 'end',
    cell: ({ passed }) => <Badge tone={passed ? 'good' : 'bad'}>{passed ? 'Passes' : 'Fails'}</Badge>,
  },
];

function Outcome({ credits, error }: { readonly credits: string | null; readonly error: Refusal | null }) {
  if (credits !== null) return <Amount value={credits} />;
  return <span className="muted">{error === null ? '–' : `refused: ${REFUSAL_NAMES[error]}`}</span>;
}
