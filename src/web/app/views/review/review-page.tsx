import './review-page.css';
import { useParams } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { ButtonLink } from '../../components/button';
import { nameOrId, Page } from '../../components/page';
import { Answered, State } from '../../components/state';
import { DraftChecked, PlanToReview, type PlanToReviewQuery } from '../../generated/review';
import { paths } from '../../navigation/paths';
import { useMayEdit } from '../../session/use-viewer';
import { PlanMissing, ToPlan } from '../plans/plan-missing';
import { Backtests } from './backtests';
import { DifferenceList } from './difference-list';
import { differencesBetween } from './differences';
import { DraftTests } from './draft-tests';
import { Remarks } from './remarks';

type Plan = NonNullable<PlanToReviewQuery['plan']>;

/** What a draft would change: in words, and on the real usage of the past. */
export default function ReviewPage() {
  const { id } = useParams<{ id: string }>();
  const query = useAnswer(PlanToReview, { id });
  const plan = query.data?.plan;
  if (plan?.draft) return <Review plan={plan} draft={plan.draft} backtests={query.data!.backtests.edges.map(({ node }) => node)} />;
  return (
    <Page title="Review" trail={trailOf(id, nameOrId(query, plan?.name, id))}>
      <Answered query={query}>
        {() =>
          plan ? (
            <State icon="plans" title="There is no draft to review" action={<ToPlan plan={plan} />}>
              It was published or discarded, or not begun yet.
            </State>
          ) : (
            <PlanMissing id={id} />
          )
        }
      </Answered>
    </Page>
  );
}

function trailOf(id: string, name: string | null) {
  return [
    { to: paths.plans, label: 'Plans' },
    { to: paths.plan(id), label: name },
  ];
}

interface ReviewProps {
  readonly plan: Plan;
  readonly draft: NonNullable<Plan['draft']>;
  readonly backtests: readonly PlanToReviewQuery['backtests']['edges'][number]['node'][];
}

function Review({ plan, draft, backtests }: ReviewProps) {
  const mayEdit = useMayEdit() && plan.archivedAt === null;
  const { id, name, publishedVersion } = plan;
  const differences = differencesBetween(publishedVersion?.rates ?? [], draft.rates);
  const checked = useAnswer(DraftChecked, { planId: id, version: draft.number }).data?.validatePlanVersion;
  const isBlocked = checked !== undefined && checked.problems.length > 0;
  const isSame = differences.length === 0;
  const remarks = <Remarks planId={id} draft={draft} differences={differences} />;
  const publish = mayEdit && (
    <>
      {!isSame && <ButtonLink to={paths.plan(id)}>Edit further</ButtonLink>}
      {!isBlocked && (
        <ButtonLink look={checked && !isSame ? 'primary' : 'plain'} to={`${paths.publish(id)}?revision=${draft.revision}`}>
          Publish …
        </ButtonLink>
      )}
    </>
  );
  return (
    <Page
      title={`Review version ${draft.number}`}
      trail={trailOf(id, name)}
      subtitle="What the draft would change, before it charges anybody."
      actions={publish}
    >
      {isBlocked && remarks}
      <DifferenceList planId={id} differences={differences} against={publishedVersion?.number ?? null} mayEdit={mayEdit} />
      {!isBlocked && remarks}
      <DraftTests planId={id} />
      {!isSame && <Backtests plan={plan} draft={draft} backtests={backtests} mayEdit={mayEdit} />}
    </Page>
  );
}
