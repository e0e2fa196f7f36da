import { useAnswer } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Card, Fact, Facts } from '../../components/card';
import { Amount } from '../../components/amount';
import { Answered, State } from '../../components/state';
import { countText } from '../../format/amount';
import { minuteText, spanText, zoneText } from '../../format/instant';
import { UsageBreakdown, type UsageBreakdownQuery } from '../../generated/usage';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { ExportButton } from './export-button';
import { PointTable } from './point-table';
import { SeriesTable } from './series-table';
import { UsageChart } from './usage-chart';
import type { UsageQuestion } from './usage-question';
import { useLive } from './use-live';

export type Breakdown = UsageBreakdownQuery['creditUsage'];
export type Series = Breakdown['edges'][number]['node'];

const PAGE_SIZE = 10;

interface UsageViewProps {
  readonly question: UsageQuestion;
  /** The numbers by bucket instead of their sums. */
  readonly isOverTime: boolean;
}

/** Chart and table of one question, of one state. The first page goes on by itself as usage comes in; later ones stay as they were. */
export function UsageView({ question, isOverTime }: UsageViewProps) {
  const { text } = useAddress();
  const query = useAnswer(UsageBreakdown, { input: question.input, ...usePageArguments(PAGE_SIZE) }, { keepPrevious: true });
  const isFirst = text('after') === null && text('before') === null;
  const sequence = isFirst && !query.isPlaceholderData ? (query.data?.creditUsage.sequence ?? null) : null;
  const isLive = useLive(question.input, sequence, () => void query.refetch());
  return (
    <Answered query={query} lines={10}>
      {({ creditUsage }) => (
        <div className="stack" aria-busy={query.isPlaceholderData || undefined}>
          {creditUsage.seriesCount === 0 ? (
            <Card>
              <NoUsage breakdown={creditUsage} />
            </Card>
          ) : (
            <>
              <Totals breakdown={creditUsage} isLive={isLive} isLater={!isFirst} />
              <Card title="Credits over time">
                <UsageChart breakdown={creditUsage} question={question} />
              </Card>
              <Card flush title={isOverTime ? 'Credits by time' : 'Breakdown'} actions={<ExportButton input={question.input} points={isOverTime} />}>
                {isOverTime ? (
                  <PointTable breakdown={creditUsage} question={question} />
                ) : (
                  <SeriesTable breakdown={creditUsage} question={question} />
                )}
              </Card>
            </>
          )}
        </div>
      )}
    </Answered>
  );
}

/** Nothing was consumed then, or nothing of it passes the filters: the way out of either. */
function NoUsage({ breakdown: { from, to, timeZone } }: { readonly breakdown: Breakdown }) {
  const { list, text, change } = useAddress();
  const isFiltered = list('where').length > 0;
  const isUsual = text('from') === null && (text('range') ?? 'LAST_MONTH') === 'LAST_MONTH';
  const action = isFiltered ? (
    <Button onClick={() => change({ where: null })}>Remove filters</Button>
  ) : (
    !isUsual && <Button onClick={() => change({ range: null, from: null, to: null })}>Show the last month</Button>
  );
  return (
    <State icon="usage" title={isFiltered ? 'No usage passes the filters' : 'No usage in this range'} action={action}>
      {spanText(from, to, timeZone)}
    </State>
  );
}

interface TotalsProps {
  readonly breakdown: Breakdown;
  readonly isLive: boolean;
  /** Of a page after the first. */
  readonly isLater: boolean;
}

function Totals({ breakdown, isLive, isLater }: TotalsProps) {
  const { total, seriesCount, asOf, timeZone } = breakdown;
  return (
    <Card>
      <div className="usage-totals">
        <Facts>
          <Fact label="Credits">
            <Amount value={total.credits} places={4} />
          </Fact>
          <Fact label="Value">
            <Amount value={total.value} places={4} />
          </Fact>
          <Fact label="Events">{countText(total.eventCount)}</Fact>
          {seriesCount > 1 && <Fact label="Series">{countText(seriesCount)}</Fact>}
          <Fact label="As of" note={!isLive && isLater && 'These pages show one state.'}>
            <span className="nowrap">
              {minuteText(asOf, timeZone)} <span className="muted">{zoneText(asOf, timeZone)}</span>
            </span>{' '}
            {isLive && <Badge tone="good">Live</Badge>}
          </Fact>
        </Facts>
      </div>
    </Card>
  );
}
