import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ApiError } from '../api/api-error';
import { useAddress, usePageArguments } from '../navigation/use-address';
import { useDialogAddress } from '../navigation/use-dialog-address';
import { useMayEdit } from '../session/use-viewer';
import { Badge } from './badge';
import { Button } from './button';
import { Card } from './card';
import { CheckField } from './check-field';
import { Icon, type IconName } from './icon';
import { Page } from './page';
import { Pager, type PageInfo } from './pager';
import { SearchField } from './search-field';
import { Answered, State } from './state';
import { Table, type Column } from './table';

const PAGE_SIZE = 25;

/** Something of the catalog: found by its id, archived for good. */
interface Thing {
  readonly id: string;
  readonly name: string;
  readonly archivedAt: string | null;
}

/** What a page of the catalog asks for, as its address says. */
export function useCatalogArguments() {
  const { text } = useAddress();
  return { ...usePageArguments(PAGE_SIZE), idPrefix: text('q'), includeArchived: text('archived') === 'shown' };
}

interface CatalogPageProps<Answer, One extends Thing> {
  readonly title: string;
  readonly subtitle: string;
  /** `feature`: what one of them is called. */
  readonly thing: string;
  readonly icon: IconName;
  /** What one is, where there is none yet. */
  readonly meaning: string;
  readonly query: UseQueryResult<Answer, ApiError>;
  readonly itemsIn: (answer: Answer) => { readonly edges: readonly { readonly node: One }[]; readonly pageInfo: PageInfo };
  /** Where a name leads; absent: nowhere. */
  readonly pathOf?: (id: string) => string;
  readonly columns: readonly Column<One>[];
  /** What is said of each where there is no room for the columns. */
  readonly inShort: (one: One) => ReactNode;
  /** What the dialog `edit` is called. */
  readonly edit?: string;
  /** False: there are few of them. */
  readonly isSought?: boolean;
  readonly dialogs: ReactNode;
}

/** All things of a kind, with what can be done to them: the same for features, plans and currencies. */
export function CatalogPage<Answer, One extends Thing>(props: CatalogPageProps<Answer, One>) {
  const { title, subtitle, thing, dialogs } = props;
  const mayEdit = useMayEdit();
  const { show } = useDialogAddress();
  const create = mayEdit && (
    <Button look="primary" onClick={() => show('new')}>
      <Icon name="plus" size={14} />
      {`New ${thing}`}
    </Button>
  );
  return (
    <Page title={title} subtitle={subtitle} actions={create}>
      <CatalogList {...props} create={create} />
      {mayEdit && dialogs}
    </Page>
  );
}

function CatalogList<Answer, One extends Thing>(props: CatalogPageProps<Answer, One> & { readonly create: ReactNode }) {
  const { title, thing, icon, meaning, query, itemsIn, isSought = true, create } = props;
  const { text, change } = useAddress();
  const columns = useColumns(props);
  const sought = text('q');
  return (
    <div className="stack">
      <div className="row-apart">
        {isSought && <SearchField label="Id begins with …" />}
        <CheckField label="Show archived" checked={text('archived') === 'shown'} onChange={(shown) => change({ archived: shown ? 'shown' : null })} />
      </div>
      <Card flush>
        <Answered query={query}>
          {(answer) => {
            const { edges, pageInfo } = itemsIn(answer);
            if (edges.length === 0 && sought)
              return (
                <State
                  icon="search"
                  title={`No ${thing} has an id like this`}
                  action={<Button onClick={() => change({ q: null })}>Clear search</Button>}
                >{`None begins with “${sought}”.`}</State>
              );
            if (edges.length === 0)
              return (
                <State icon={icon} title={`No ${title.toLowerCase()} yet`} action={create}>
                  {meaning}
                </State>
              );
            return (
              <>
                <Table label={title} columns={columns} rows={edges.map(({ node }) => node)} rowKey={({ id }) => id} />
                <Pager info={pageInfo} />
              </>
            );
          }}
        </Answered>
      </Card>
    </div>
  );
}

/** The name, what is said of each, and what can be done to it. */
function useColumns<Answer, One extends Thing>({ pathOf, columns, inShort, edit = 'Edit' }: CatalogPageProps<Answer, One>): readonly Column<One>[] {
  const mayEdit = useMayEdit();
  const actionsOf = (one: One): ReactNode => one.archivedAt === null && <Actions one={one} edit={edit} />;
  const name: Column<One> = {
    key: 'name',
    head: 'Name',
    cell: (one) => <Name one={one} to={pathOf?.(one.id)} inShort={inShort(one)} actions={mayEdit && actionsOf(one)} />,
  };
  const actions: Column<One> = {
    key: 'actions',
    head: <span className="only-spoken">Actions</span>,
    align: 'end',
    from: 'tablet',
    cell: actionsOf,
  };
  return mayEdit ? [name, ...columns, actions] : [name, ...columns];
}

interface ActionsProps {
  readonly one: Thing;
  readonly edit: string;
}

function Actions({ one: { id, name }, edit }: ActionsProps) {
  const { show } = useDialogAddress();
  return (
    <span className="row row-end">
      <Button look="quiet" onClick={() => show('edit', id)} aria-label={`${edit} ${name}`}>
        {edit}
      </Button>
      <Button look="quiet" onClick={() => show('archive', id)} aria-label={`Archive ${name}`}>
        Archive
      </Button>
    </span>
  );
}

interface NameProps {
  readonly one: Thing;
  readonly to: string | undefined;
  readonly inShort: ReactNode;
  /** Where there is no room for a column of them. */
  readonly actions: ReactNode;
}

function Name({ one: { id, name, archivedAt }, to, inShort, actions }: NameProps) {
  return (
    <span className="two-lines name-cell">
      <span className="row">
        {to === undefined ? (
          <strong>{name}</strong>
        ) : (
          <Link to={to} className="strong-link">
            {name}
          </Link>
        )}
        {archivedAt && <Badge>Archived</Badge>}
      </span>
      <code className="muted">{id}</code>
      <span className="only-narrow small">{inShort}</span>
      {actions && <span className="only-narrow row-below">{actions}</span>}
    </span>
  );
}
