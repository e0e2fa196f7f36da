import { setTimeout as sleep } from 'node:timers/promises';
import { mutate } from './catalog';
import type { Seller } from './seller';

export const IMPACT = 'eventCount refusedCount oldCredits newCredits change relativeChange';

/** All that a back-test says, with the first page of every list. */
export const BACKTEST = `id version state from to asOf createdAt finishedAt eventsDone eventsTotal failure customerIds plan { id }
  rates { feature { id } currency { id } mode creditsPerUnit formula }
  result {
    currencies {
      currency { id } total { ${IMPACT} } features { feature { id } impact { ${IMPACT} } }
      distribution { customerCount increasedCount unchangedCount decreasedCount fromNothingCount
        histogram { from to customerCount } quantiles { percent relativeChange } }
      movers { edges { node { customer { id } impact { ${IMPACT} } } } }
    }
    refusals { feature { id } currency { id } code eventCount oldCredits }
    refusedEvents { edges { node { code message event { id customer { id } } } } }
    runOutCounts { newly sooner later noLonger }
    runOuts { edges { node { kind customer { id } currency { id } resourceId oldRanOutAt newRanOutAt oldBalance newBalance } } }
  }`;

/** Asks for a back-test and gives what it says when it is over. */
export async function backtestUntilDone(seller: Seller, input: object) {
  const { backtest } = await mutate(seller.server, 'backtestPlan', input, 'backtest { id }');
  return untilOver(seller, backtest.id);
}

export async function untilOver(seller: Seller, id: string) {
  for (;;) {
    const { backtest } = await seller.ask(`query ($id: ID!) { backtest(id: $id) { state } }`, { id });
    if (backtest.state !== 'QUEUED' && backtest.state !== 'RUNNING') break;
    await sleep(20);
  }
  return (await seller.ask(`query ($id: ID!) { backtest(id: $id) { ${BACKTEST} } }`, { id })).backtest;
}
