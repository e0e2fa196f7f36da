import { Link } from 'wouter';
import { Badge, type Tone } from '../../components/badge';
import { ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { State } from '../../components/state';
import { countOf } from '../../format/amount';
import { paths } from '../../navigation/paths';
import { changedPieces } from '../../formula/changed-pieces';
import type { PlanRate } from '../plans/plan-rate';
import { Price } from '../plans/price';
import type { Difference } from './differences';

const KINDS: Record<Difference['kind'], { readonly tone: Tone; readonly label: string }> = {
  ADDED: { tone: 'good', label: 'New' },
  CHANGED: { tone: 'accent', label: 'Changed' },
  REMOVED: { tone: 'bad', label: 'Removed' },
};

interface DifferenceListProps {
  readonly planId: string;
  readonly differences: readonly Difference[];
  /** The number of the version that is compared with; null: there is none. */
  readonly against: number | null;
  readonly mayEdit: boolean;
}

/** Every difference in words, with the old price beside the new one. */
export function DifferenceList({ planId, differences, against, mayEdit }: DifferenceListProps) {
  const hint = against === null ? 'Nothing was published before: all prices are new.' : `Against version ${against}, which is in force.`;
  return (
    <Card title={differences.length === 0 ? 'Differences' : countOf(differences.length, 'difference')} hint={hint} flush>
      {differences.length === 0 ? (
        <State
          icon="check"
          title={against === null ? 'There are no prices yet' : 'Nothing is different'}
          action={mayEdit && <NothingToReview planId={planId} />}
        >
          {against === null ? 'All usage on the plan would be refused.' : 'The draft charges what the version in force charges.'}
        </State>
      ) : (
        <ul className="differences">
          {differences.map((difference) => (
            <DifferenceItem key={difference.feature.id} difference={difference} planId={planId} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function NothingToReview({ planId }: { readonly planId: string }) {
  return (
    <>
      <ButtonLink look="primary" to={paths.plan(planId)}>
        Edit prices
      </ButtonLink>
      <ButtonLink to={`${paths.plan(planId)}?dialog=discard`}>Discard draft</ButtonLink>
    </>
  );
}

function DifferenceItem({ difference, planId }: { readonly difference: Difference; readonly planId: string }) {
  const { kind, feature, before, after, sentences } = difference;
  const changed = before?.formula && after?.formula ? changedPieces(before.formula, after.formula) : null;
  return (
    <li className="difference">
      <div className="row">
        <Link to={paths.rate(planId, feature.id)}>
          <strong>{feature.name}</strong>
        </Link>
        <Badge tone={KINDS[kind].tone}>{KINDS[kind].label}</Badge>
      </div>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <dl className="difference-prices">
        <Side label="In force" rate={before} marked={changed?.before} />
        <Side label="Draft" rate={after} marked={changed?.after} />
      </dl>
    </li>
  );
}

interface SideProps {
  readonly label: string;
  readonly rate: PlanRate | null;
  readonly marked: ReadonlySet<number> | undefined;
}

function Side({ label, rate, marked }: SideProps) {
  return (
    <div className="difference-side">
      <dt>{label}</dt>
      <dd>{rate ? <Price rate={rate} marked={marked} /> : <span className="muted">Not priced</span>}</dd>
    </div>
  );
}
