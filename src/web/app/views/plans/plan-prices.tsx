import '../../components/segments.css';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { FeaturesToPrice, PlanVersionAfter, PlanVersionNames, type PlanVersionNamesQuery, type VersionFieldsFragment } from '../../generated/plan';
import { paths } from '../../navigation/paths';
import { useAddress } from '../../navigation/use-address';
import { EditButton, type PlanShown } from './plan-page';
import { MODE_NAMES, type PlanRate } from './plan-rate';
import { Price } from './price';
import { scheduledOf } from './scheduled';

type Version = VersionFieldsFragment;
type Edges = NonNullable<PlanVersionNamesQuery['plan']>['versions']['edges'];

/** What each feature costs: in the draft, in the version in force, or in any other. Which one is in the address. */
export function PlanPrices({ plan, mayEdit }: { readonly plan: PlanShown; readonly mayEdit: boolean }) {
  const { text, withChange } = useAddress();
  const { draft, publishedVersion } = plan;
  const wanted = Number(text('version') ?? (draft ?? publishedVersion)?.number ?? 0);
  const known = [draft, publishedVersion].find((version) => version?.number === wanted);
  const hint = 'What the usage of each feature turns into.';
  const choice = <VersionChoice plan={plan} current={wanted} addressOf={(number) => withChange({ version: String(number) })} />;
  return (
    <Card title="Credit consumption" hint={hint} actions={choice} flush>
      {known && <Prices plan={plan} version={known} mayEdit={mayEdit} />}
      {!known && wanted > 0 && <OlderVersion plan={plan} number={wanted} mayEdit={mayEdit} />}
      {!known && wanted === 0 && <NothingPriced plan={plan} mayEdit={mayEdit} />}
    </Card>
  );
}

interface ChoiceProps {
  readonly plan: PlanShown;
  readonly current: number;
  readonly addressOf: (version: number) => string;
}

const MOST_LINKS = 4;

/** The versions as links, the newest first. */
function VersionChoice({ plan, current, addressOf }: ChoiceProps) {
  const { id, publishedVersion } = plan;
  const { data } = useAnswer(PlanVersionNames, { id });
  const versions = data?.plan?.versions.edges.map(({ node }) => node) ?? [];
  const shown = versions.filter(({ number }, index) => index < MOST_LINKS || number === current || number === publishedVersion?.number);
  const scheduled = scheduledOf(plan);
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const link = row.current?.querySelector<HTMLElement>('[aria-current]');
    if (link) row.current!.scrollLeft = link.offsetLeft - row.current!.clientWidth / 4;
  }, [current, shown.length]);
  if (shown.length < 2) return null;
  const standingOf = ({ number, status }: (typeof shown)[number]): string => {
    if (status === 'DRAFT') return ', draft';
    if (number === publishedVersion?.number) return ', in force';
    return scheduled.some(({ planVersion }) => planVersion.number === number) ? ', scheduled' : '';
  };
  return (
    <nav ref={row} className="segments" aria-label="Version">
      {shown.map((version) => (
        <Link key={version.number} to={addressOf(version.number)} aria-current={version.number === current ? 'page' : undefined} className="segment">
          {`Version ${version.number}${standingOf(version)}`}
        </Link>
      ))}
      {versions.length > shown.length && (
        <a href="#publications" className="segment">
          Older …
        </a>
      )}
    </nav>
  );
}

function OlderVersion({ plan, number, mayEdit }: { readonly plan: PlanShown; readonly number: number; readonly mayEdit: boolean }) {
  const query = useAnswer(PlanVersionNames, { id: plan.id });
  return (
    <Answered query={query}>
      {({ plan: found }) => {
        const edges = found?.versions.edges ?? [];
        const index = edges.findIndex(({ node }) => node.number === number);
        if (index < 0) return <State icon="empty" title="There is no such version">{`The plan has no version ${number}.`}</State>;
        return <OlderPrices plan={plan} edges={edges} index={index} mayEdit={mayEdit} />;
      }}
    </Answered>
  );
}

function OlderPrices({ plan, edges, index, mayEdit }: { plan: PlanShown; edges: Edges; index: number; mayEdit: boolean }) {
  const query = useAnswer(PlanVersionAfter, { id: plan.id, after: edges[index - 1]?.cursor ?? null });
  return (
    <Answered query={query}>
      {({ plan: found }) => {
        const version = found?.versions.edges[0]?.node;
        return version ? <Prices plan={plan} version={version} mayEdit={mayEdit} /> : null;
      }}
    </Answered>
  );
}

function NothingPriced({ plan, mayEdit }: { readonly plan: PlanShown; readonly mayEdit: boolean }) {
  return (
    <State icon="plans" title="Nothing is priced yet" action={mayEdit && <EditButton planId={plan.id} label="Begin a draft" />}>
      Begin a draft, give each feature its price, review it, and publish it.
    </State>
  );
}

/** A feature of the environment, with its price where it has one. */
interface Line {
  readonly feature: PlanRate['feature'];
  readonly rate: PlanRate | null;
}

interface PricesProps {
  readonly plan: PlanShown;
  readonly version: Version;
  readonly mayEdit: boolean;
}

function Prices({ plan, version, mayEdit }: PricesProps) {
  const isDraft = version.status === 'DRAFT';
  const isEditable = mayEdit && (isDraft || (plan.draft === null && version.number === plan.publishedVersion?.number));
  const features = useAnswer(FeaturesToPrice, { after: null }, { enabled: isEditable });
  const priced = new Set(version.rates.map(({ feature }) => feature.id));
  const others = features.data?.features.edges.map(({ node }) => node).filter(({ id }) => !priced.has(id)) ?? [];
  const lines: Line[] = [...version.rates.map((rate) => ({ feature: rate.feature, rate })), ...others.map((feature) => ({ feature, rate: null }))];
  return (
    <>
      {mayEdit && !isDraft && version.number !== plan.publishedVersion?.number && <OlderNote plan={plan} version={version} />}
      {lines.length === 0 ? (
        <State icon="features" title="No features to price" action={<ButtonLink to={paths.features}>To the features</ButtonLink>}>
          A plan prices features. Add one first.
        </State>
      ) : (
        <Table
          label={`Prices of version ${version.number}`}
          columns={isEditable ? [...COLUMNS, editColumn(plan.id)] : COLUMNS}
          rows={lines}
          rowKey={({ feature }) => feature.id}
        />
      )}
    </>
  );
}

/** What can be done with a version that is neither the draft nor in force. */
function OlderNote({ plan, version }: { readonly plan: PlanShown; readonly version: Version }) {
  return (
    <div className="note row-apart">
      <p>{`Version ${version.number} is not what new customers are charged by.`}</p>
      <span className="row">
        {plan.draft === null && <EditButton planId={plan.id} fromVersion={version.number} label="Edit as a draft" />}
        <ButtonLink to={`${paths.publish(plan.id)}?version=${version.number}`}>Publish it again</ButtonLink>
      </span>
    </div>
  );
}

const COLUMNS: readonly Column<Line>[] = [
  {
    key: 'feature',
    head: 'Feature',
    cell: ({ feature, rate }) => (
      <span className="two-lines name-cell">
        <strong>{feature.name}</strong>
        <code className="muted">{feature.id}</code>
        <span className="only-narrow">{rate ? <Price rate={rate} /> : <NotPriced />}</span>
      </span>
    ),
  },
  {
    key: 'mode',
    head: 'Calculation',
    from: 'tablet',
    cell: ({ rate }) =>
      rate ? <Badge tone={rate.mode === 'FORMULA' ? 'accent' : 'neutral'}>{MODE_NAMES[rate.mode]}</Badge> : <Badge>Not priced</Badge>,
  },
  {
    key: 'price',
    head: 'Price',
    from: 'tablet',
    cell: ({ rate }) => (rate ? <Price rate={rate} /> : <NotPriced />),
  },
  { key: 'currency', head: 'Currency', from: 'desktop', cell: ({ rate }) => (rate ? rate.currency.name : <span className="muted">–</span>) },
];

function NotPriced() {
  return <span className="muted">Usage of it is refused.</span>;
}

function editColumn(planId: string): Column<Line> {
  return {
    key: 'edit',
    head: <span className="only-spoken">Actions</span>,
    align: 'end',
    cell: ({ feature, rate }) => (
      <Link to={paths.rate(planId, feature.id)} className="button button-quiet">
        {rate ? 'Edit' : 'Set'}
        <span className="only-spoken">{` the price of ${feature.name}`}</span>
        <Icon name="chevron-right" size={14} />
      </Link>
    ),
  };
}
