import { useLocation, useParams } from 'wouter';
import { useAnswer, useChange } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { Button, ButtonLink } from '../../components/button';
import { FormFailure } from '../../components/field';
import { nameOrId, Page } from '../../components/page';
import { Answered } from '../../components/state';
import { useToast } from '../../components/toast';
import { dayText } from '../../format/instant';
import { CreatePlanDraft, PlanOverview, type PlanOverviewQuery } from '../../generated/plan';
import { paths } from '../../navigation/paths';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit } from '../../session/use-viewer';
import { PlanDialogs } from './plan-dialogs';
import { PlanMissing } from './plan-missing';
import { PlanPrices } from './plan-prices';
import { Publications } from './publications';
import { scheduledOf } from './scheduled';
import { VersionDialogs } from './version-dialogs';

export type PlanShown = NonNullable<PlanOverviewQuery['plan']>;

export const PLANS_TRAIL = [{ to: paths.plans, label: 'Plans' }];

export default function PlanPage() {
  const { id } = useParams<{ id: string }>();
  const query = useAnswer(PlanOverview, { id });
  const plan = query.data?.plan;
  return plan ? (
    <PlanView plan={plan} />
  ) : (
    <Page title={nameOrId(query, undefined, id)} trail={PLANS_TRAIL} subtitle={query.isPending && <code>{id}</code>}>
      <Answered query={query}>{() => <PlanMissing id={id} />}</Answered>
    </Page>
  );
}

function PlanView({ plan }: { readonly plan: PlanShown }) {
  const mayEdit = useMayEdit() && plan.archivedAt === null;
  const { id, name, publishedVersion, draft, archivedAt } = plan;
  const scheduled = scheduledOf(plan);
  const subtitle = (
    <span className="row">
      <code>{id}</code>
      {archivedAt && <Badge>Archived</Badge>}
      {publishedVersion ? (
        <Badge tone={archivedAt ? 'neutral' : 'good'}>{`Version ${publishedVersion.number} in force`}</Badge>
      ) : (
        <Badge tone="warn">Not published yet</Badge>
      )}
      {scheduled[0] && <Badge tone="accent">{`Version ${scheduled[0].planVersion.number} from ${dayText(scheduled[0].effectiveAt)}`}</Badge>}
      {draft && <Badge tone="accent">{`Draft of version ${draft.number}`}</Badge>}
    </span>
  );
  return (
    <Page title={name} trail={PLANS_TRAIL} subtitle={subtitle} actions={mayEdit && <PlanActions plan={plan} />}>
      {archivedAt && <p className="muted">Archived: no customer can be put on it. Late usage from before is still charged by it.</p>}
      <PlanPrices plan={plan} mayEdit={mayEdit} />
      <div id="publications">
        <Publications plan={plan} mayEdit={mayEdit} />
      </div>
      {mayEdit && <PlanDialogs />}
      {mayEdit && <VersionDialogs plan={plan} />}
    </Page>
  );
}

function PlanActions({ plan }: { readonly plan: PlanShown }) {
  const { show } = useDialogAddress();
  const { id, draft } = plan;
  if (!draft) return <EditButton planId={id} />;
  return (
    <>
      <Button look="quiet" onClick={() => show('discard')}>
        Discard draft
      </Button>
      <ButtonLink look="primary" to={paths.review(id)}>
        Review and publish
      </ButtonLink>
    </>
  );
}

/** Begins the next version: with the prices in force, or with those of an older version. */
export function EditButton({ planId, fromVersion, label = 'Edit prices' }: { planId: string; fromVersion?: number; label?: string }) {
  const say = useToast();
  const [, go] = useLocation();
  const create = useChange(CreatePlanDraft, ({ createPlanDraft: { planVersion } }) => {
    say(`Draft of version ${planVersion.number} was begun. It charges nobody until it is published.`);
    go(paths.plan(planId));
  });
  return (
    <>
      <FormFailure error={create.error} fields={[]} />
      <Button
        look={fromVersion === undefined ? 'primary' : 'plain'}
        busy={create.isPending}
        onClick={() => create.mutate({ input: { planId, fromVersion: fromVersion ?? null } })}
      >
        {label}
      </Button>
    </>
  );
}
