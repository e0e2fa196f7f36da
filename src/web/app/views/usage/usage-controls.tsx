import { useState } from 'react';
import { FoldButton } from '../../components/fold-button';
import { countOf } from '../../format/amount';
import { LOCAL_ZONE } from '../../format/instant';
import { useAddress } from '../../navigation/use-address';
import { UsageFilters } from './usage-filters';
import { UsageKeys } from './usage-keys';
import { keyName } from './usage-names';
import { INTERVALS, type UsageQuestion } from './usage-question';
import { UsageToolbar } from './usage-toolbar';

interface UsageControlsProps {
  readonly question: UsageQuestion;
  readonly hasSteps: boolean;
}

/** What is asked. Where there is little room, all but the range is behind a line that says it, so that the answer is in sight. */
export function UsageControls({ question, hasSteps }: UsageControlsProps) {
  const { text } = useAddress();
  const [isOpen, setIsOpen] = useState(false);
  // The dialog of filters stands in what is hidden.
  const isShown = isOpen || text('dialog') === 'filter';
  const fold = (
    <FoldButton isOpen={isShown} onToggle={() => setIsOpen(!isShown)}>
      {askedText(question, hasSteps)}
    </FoldButton>
  );
  return (
    <div className="stack usage-controls" data-shown={isShown || undefined}>
      <div className="usage-bar">
        <UsageToolbar zone={question.zone} hasSteps={hasSteps} fold={fold} />
      </div>
      <UsageKeys question={question} />
      <UsageFilters question={question} />
    </div>
  );
}

/** `By model, user · 2 filters · Days · UTC`: what differs from what is asked without a choice. */
function askedText({ groupBy, filters, input, zone }: UsageQuestion, hasSteps: boolean): string {
  const steps = hasSteps && INTERVALS.find(({ value }) => value === input.interval)?.label;
  const parts = [
    groupBy.length === 0 ? 'Break down and filter' : `By ${groupBy.map(keyName).join(', ')}`,
    filters.length > 0 && countOf(filters.length, 'filter'),
    steps,
    zone !== LOCAL_ZONE && zone,
  ];
  return parts.filter(Boolean).join(' · ');
}
