import { useParams } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { Badge } from '../../components/badge';
import { Button, ButtonLink } from '../../components/button';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { nameOrId, Page } from '../../components/page';
import { Answered, State } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { countText } from '../../format/amount';
import { DeclarationsProposed, DimensionsOfFeature, type DeclarationsProposedQuery } from '../../generated/dimensions';
import { paths } from '../../navigation/paths';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit } from '../../session/use-viewer';
import { seenText, TYPE_NAMES, valuesText, type Declaration } from './declaration';
import { DeclarationDialogs } from './declaration-dialogs';

type Proposal = DeclarationsProposedQuery['proposeDimensionDeclarations'][number];

const TRAIL = [{ to: paths.features, label: 'Features' }];

/** What the dimensions of a feature's events are: declared, and what could be. */
export default function DimensionsPage() {
  const { id } = useParams<{ id: string }>();
  const query = useAnswer(DimensionsOfFeature, { id });
  const feature = query.data?.feature;
  const mayEdit = useMayEdit() && feature?.archivedAt === null;
  const { show } = useDialogAddress();
  const declare = (
    <Button look="primary" onClick={() => show('new')}>
      <Icon name="plus" size={14} />
      Declare a dimension
    </Button>
  );
  return (
    <Page title={nameOrId(query, feature?.name, id)} trail={TRAIL} subtitle={feature && <code>{id}</code>} actions={mayEdit && declare}>
      <Answered query={query}>
        {({ feature: found }) =>
          found ? (
            <>
              <Declared declarations={found.dimensionDeclarations} mayEdit={mayEdit} />
              <Proposed featureId={id} mayEdit={mayEdit} />
              {mayEdit && <DeclarationDialogs featureId={id} declared={found.dimensionDeclarations} />}
            </>
          ) : (
            <State
              icon="empty"
              title="Feature not found"
              action={<ButtonLink to={paths.features}>Go to the features</ButtonLink>}
            >{`No feature has the id ${id}.`}</State>
          )
        }
      </Answered>
    </Page>
  );
}

const COLUMNS: readonly Column<Declaration>[] = [
  { key: 'name', head: 'Dimension', cell: (declaration) => <DimensionName declaration={declaration} /> },
  { key: 'type', head: 'Type', from: 'tablet', cell: ({ type }) => <span className="nowrap">{TYPE_NAMES[type]}</span> },
  { key: 'values', head: 'Values', from: 'tablet', cell: (declaration) => <span className="wrap-anywhere">{valuesText(declaration)}</span> },
  { key: 'aliases', head: 'Former names', from: 'desktop', cell: ({ aliases }) => (aliases.length === 0 ? '–' : <code>{aliases.join(', ')}</code>) },
];

interface NameProps {
  readonly declaration: Declaration;
  /** In events, and not declared: nothing is held to it. */
  readonly isSeen?: boolean;
}

function DimensionName({ declaration, isSeen = false }: NameProps) {
  const { name, type, required, description } = declaration;
  return (
    <span className="two-lines name-cell">
      <span>
        <code className="medium">{name}</code>{' '}
        {required && <Badge tone={isSeen ? 'neutral' : 'accent'}>{isSeen ? 'In every event' : 'Required'}</Badge>}
      </span>
      {description !== null && <span className="muted small">{description}</span>}
      <span className="only-narrow small">{`${TYPE_NAMES[type]}: ${isSeen ? seenText(declaration) : valuesText(declaration)}`}</span>
    </span>
  );
}

function Declared({ declarations, mayEdit }: { readonly declarations: readonly Declaration[]; readonly mayEdit: boolean }) {
  const { show } = useDialogAddress();
  const actions: Column<Declaration> = {
    key: 'actions',
    head: <span className="only-spoken">Actions</span>,
    align: 'end',
    cell: ({ name }) => (
      <span className="row row-end">
        <Button look="quiet" onClick={() => show('edit', name)} aria-label={`Edit ${name}`}>
          Edit
        </Button>
        <Button look="quiet" onClick={() => show('remove', name)} aria-label={`Take back ${name}`}>
          Take back
        </Button>
      </span>
    ),
  };
  return (
    <Card title="Declared dimensions" hint="Reports that contradict them are refused, and formulas are checked against them." flush>
      {declarations.length === 0 ? (
        <State icon="features" title="Nothing is declared">
          Any dimension may be reported, with any value. What formulas need of them is checked all the same.
        </State>
      ) : (
        <Table label="Declarations" columns={mayEdit ? [...COLUMNS, actions] : COLUMNS} rows={declarations} rowKey={({ name }) => name} />
      )}
    </Card>
  );
}

/** Where there is too little traffic, nothing is shown. */
function Proposed({ featureId, mayEdit }: { readonly featureId: string; readonly mayEdit: boolean }) {
  const { show } = useDialogAddress();
  const proposals = useAnswer(DeclarationsProposed, { featureId }).data?.proposeDimensionDeclarations ?? [];
  if (proposals.length === 0) return null;
  const columns: readonly Column<Proposal>[] = [
    { key: 'name', head: 'Dimension', cell: ({ declaration }) => <DimensionName declaration={declaration} isSeen /> },
    { key: 'type', head: 'Type', from: 'tablet', cell: ({ declaration }) => <span className="nowrap">{TYPE_NAMES[declaration.type]}</span> },
    {
      key: 'values',
      head: 'Values seen',
      from: 'tablet',
      cell: ({ declaration }) => <span className="wrap-anywhere">{seenText(declaration)}</span>,
    },
    { key: 'count', head: 'Events', align: 'end', from: 'tablet', cell: ({ count }) => countText(count) },
  ];
  const actions: Column<Proposal> = {
    key: 'actions',
    head: <span className="only-spoken">Actions</span>,
    align: 'end',
    cell: ({ declaration: { name } }) => (
      <Button look="quiet" onClick={() => show('new', name)} aria-label={`Declare ${name}`}>
        Declare …
      </Button>
    ),
  };
  return (
    <Card
      title="Inferred from traffic"
      hint="What a sample of its events says of dimensions that are not declared. Not enforced until declared."
      flush
    >
      <Table
        label="Dimensions inferred from traffic"
        columns={mayEdit ? [...columns, actions] : columns}
        rows={proposals}
        rowKey={({ declaration }) => declaration.name}
      />
    </Card>
  );
}
