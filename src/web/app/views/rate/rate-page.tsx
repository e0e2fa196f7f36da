import './rate-page.css';
import { useMemo } from 'react';
import { useParams } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { ButtonLink } from '../../components/button';
import { ConfirmDialog } from '../../components/dialog';
import { nameOrId, Page } from '../../components/page';
import { Answered, NoPermission, State } from '../../components/state';
import { seenDimensions } from '../../formula/dimensions';
import { useSettled } from '../../forms/use-settled';
import { FeatureProfiled, RateToEdit, RecentEvents, type RateToEditQuery } from '../../generated/rate';
import { paths } from '../../navigation/paths';
import { useUnsaved } from '../../navigation/use-unsaved';
import { useMayEdit } from '../../session/use-viewer';
import { PlanMissing, ToPlan } from '../plans/plan-missing';
import { ConflictNote } from './conflict-note';
import { FormulaTests } from './formula-tests';
import { ownValuesFrom } from './own-values';
import { formulaOf, isPricedIn, nothingToTry, type Base, type Currency, type PlanToPrice } from './pricing';
import { PricingForm } from './pricing-form';
import { SaveBar } from './save-bar';
import { TryPanel } from './try-panel';
import { useRateEditing } from './use-rate-editing';
import { useChecked, useFlatProblem } from './use-tried';
import { useSample } from './use-sample';

type Feature = NonNullable<RateToEditQuery['feature']>;

/** What the usage of one feature costs on a plan: typed, tried and saved to the draft. */
export default function RatePage() {
  const { id: planId, feature: featureId } = useParams<{ id: string; feature: string }>();
  const query = useAnswer(RateToEdit, { planId, featureId });
  const mayEdit = useMayEdit();
  const { plan, feature } = query.data ?? {};
  if (plan && feature && mayEdit && plan.archivedAt === null && feature.archivedAt === null)
    return <RateEditor plan={plan} feature={feature} currencies={query.data!.currencies.edges.map(({ node }) => node)} />;
  return (
    <Page
      title={nameOrId(query, feature?.name, featureId)}
      trail={trailOf(planId, nameOrId(query, plan?.name, planId))}
      subtitle={(feature ?? query.isPending) && <code>{featureId}</code>}
    >
      <Answered query={query}>
        {() => {
          if (!plan) return <PlanMissing id={planId} />;
          if (!feature)
            return <State icon="empty" title="Feature not found" action={<ToPlan plan={plan} />}>{`No feature has the id ${featureId}.`}</State>;
          if (!mayEdit)
            return (
              <NoPermission to="change" action={<ToPlan plan={plan} />}>
                Prices are edited with an administrator’s key. You can read them on the plan.
              </NoPermission>
            );
          return (
            <State icon="lock" title="This cannot be edited any more" action={<ToPlan plan={plan} />}>
              {plan.archivedAt ? 'The plan is archived.' : 'The feature is archived.'}
            </State>
          );
        }}
      </Answered>
    </Page>
  );
}

const NO_REMARKS = { problems: [], warnings: [] };

function trailOf(planId: string, planName: string | null) {
  return [
    { to: paths.plans, label: 'Plans' },
    { to: paths.plan(planId), label: planName },
  ];
}

interface EditorProps {
  readonly plan: PlanToPrice;
  readonly feature: Feature;
  readonly currencies: readonly Currency[];
}

function RateEditor({ plan, feature, currencies }: EditorProps) {
  const editing = useRateEditing(plan, feature.id, currencies);
  const { pricing, base } = editing;
  const recent = useAnswer(RecentEvents, { featureId: feature.id });
  const events = recent.data?.usageEvents.edges.map(({ node }) => node) ?? (recent.isLoading ? null : []);
  const profile = useAnswer(FeatureProfiled, { featureId: feature.id }).data?.featureProfile;
  const seen = useMemo(() => (profile ? seenDimensions(profile.eventCount, profile.dimensions) : []), [profile]);
  const typed = formulaOf(pricing);
  const formula = useSettled(typed);
  const check = useChecked(formula, feature.id);
  const checked = check.data?.previewFormula;
  const flatProblem = useFlatProblem(plan.id, feature.id, pricing);
  const sample = useSample(events, checked?.variables ?? []);
  const leaving = useUnsaved(editing.isUnsaved);
  const currency = currencies.find(({ id }) => id === pricing.currencyId);
  return (
    <Page
      title={feature.name}
      trail={trailOf(plan.id, plan.name)}
      subtitle={<Subtitle featureId={feature.id} base={base} />}
      actions={base.revision !== null && !editing.isUnsaved && <ButtonLink to={paths.review(plan.id)}>Review and publish</ButtonLink>}
    >
      {editing.conflict && <ConflictNote conflict={editing.conflict} feature={feature} currencies={currencies} />}
      <div className="rate-columns">
        <div className="stack-wide">
          <PricingForm
            editing={editing}
            feature={feature}
            currencies={currencies}
            seen={seen}
            onTry={(example) => sample.changeOwn(ownValuesFrom(example))}
            flatProblem={flatProblem}
            isChecking={typed !== formula || check.isPlaceholderData}
            remarks={typed !== null && pricing.mode === 'FORMULA' && checked ? checked : NO_REMARKS}
          />
          <FormulaTests
            planId={plan.id}
            featureId={feature.id}
            pricing={pricing}
            isUnsaved={editing.isUnsaved}
            formula={formula}
            sample={sample.sample}
          />
        </div>
        <TryPanel
          formula={formula}
          nothingToTry={nothingToTry(pricing)}
          sample={sample}
          feature={feature}
          currency={currency}
          recent={recent}
          variables={checked?.variables ?? []}
          seen={seen}
        />
      </div>
      <SaveBar editing={editing} isPriced={isPricedIn(base, feature.id)} />
      {leaving && (
        <ConfirmDialog title="Leave without saving?" action="Leave" cancel="Keep editing" onConfirm={leaving.leave} onClose={leaving.stay}>
          <p>{`What you changed for ${feature.name} is not in the draft yet, and would be lost.`}</p>
        </ConfirmDialog>
      )}
    </Page>
  );
}

function Subtitle({ featureId, base }: { readonly featureId: string; readonly base: Base }) {
  return (
    <span className="row">
      <code>{featureId}</code>
      {base.revision === null ? (
        <Badge>No draft yet: saving begins one</Badge>
      ) : (
        <Badge tone="accent">{`Draft of version ${base.version?.number}`}</Badge>
      )}
    </span>
  );
}
