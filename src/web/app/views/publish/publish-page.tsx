import './publish-page.css';
import { useParams } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { nameOrId, Page } from '../../components/page';
import { Answered, NoPermission, State } from '../../components/state';
import { PlanToPublish, type PlanToPublishQuery } from '../../generated/publish';
import { paths } from '../../navigation/paths';
import { useAddress } from '../../navigation/use-address';
import { useMayEdit } from '../../session/use-viewer';
import { PlanMissing, ToPlan } from '../plans/plan-missing';
import { PublishForm, type Target } from './publish-form';

type Plan = NonNullable<PlanToPublishQuery['plan']>;

/** Puts a version into force: the draft, as it was reviewed, or an older version again. Which one is in the address. */
export default function PublishPage() {
  const { id } = useParams<{ id: string }>();
  const mayEdit = useMayEdit();
  const { text } = useAddress();
  const query = useAnswer(PlanToPublish, { id });
  const plan = query.data?.plan;
  const target = plan ? targetOf(plan, text('version'), text('revision')) : null;
  const trail = [
    { to: paths.plans, label: 'Plans' },
    { to: paths.plan(id), label: nameOrId(query, plan?.name, id) },
  ];
  const subtitle = target?.isDraft
    ? 'It can never be changed afterwards. Another version can be published over it at any time.'
    : 'It was published before, and comes into force again.';
  return (
    <Page title={target ? `Publish version ${target.number}` : 'Publish'} trail={trail} subtitle={target && subtitle}>
      <Answered query={query}>
        {() => {
          if (!plan) return <PlanMissing id={id} />;
          if (!mayEdit)
            return (
              <NoPermission to="change" action={<ToPlan plan={plan} />}>
                Publishing takes an administrator’s key.
              </NoPermission>
            );
          if (plan.archivedAt !== null) return <State icon="lock" title="The plan is archived" action={<ToPlan plan={plan} />} />;
          if (!target)
            return (
              <State icon="plans" title="There is no draft to publish" action={<ToPlan plan={plan} />}>
                It was published or discarded, or not begun yet.
              </State>
            );
          return <PublishForm plan={plan} target={target} rates={(plan.draft ?? plan.publishedVersion)?.rates ?? []} />;
        }}
      </Answered>
    </Page>
  );
}

function targetOf({ draft }: Plan, version: string | null, revision: string | null): Target | null {
  if (version !== null && version !== String(draft?.number)) return { isDraft: false, number: Number(version), revision: null };
  return draft && { isDraft: true, number: draft.number, revision: revision === null ? draft.revision : Number(revision) };
}
