import { useAnswer } from '../../api/use-api';
import { Badge, type Tone } from '../../components/badge';
import { Button } from '../../components/button';
import { Card } from '../../components/card';
import { CheckField } from '../../components/check-field';
import { Icon } from '../../components/icon';
import { Instant } from '../../components/instant';
import { Page } from '../../components/page';
import { Pager } from '../../components/pager';
import { Answered, NoPermission } from '../../components/state';
import { Table, type Column } from '../../components/table';
import { ApiKeysOfEnvironment, type ApiKeysOfEnvironmentQuery, type Role } from '../../generated/api-keys';
import { useAddress, usePageArguments } from '../../navigation/use-address';
import { useDialogAddress } from '../../navigation/use-dialog-address';
import { useMayEdit } from '../../session/use-viewer';
import { ReportSnippet } from '../../snippets/report-snippet';
import { ApiKeyDialogs } from './api-key-dialogs';

type ApiKey = ApiKeysOfEnvironmentQuery['apiKeys']['edges'][number]['node'];

const PAGE_SIZE = 25;
const SAMPLE = { customerId: 'CUSTOMER_ID', featureId: 'FEATURE_ID', dimensions: { user: 'maya', tokens: 1200 } };
const ROLE_TONES: Record<Role, Tone> = { ADMIN: 'accent', WRITER: 'good', READER: 'neutral' };
export const ROLE_NAMES: Record<Role, string> = { ADMIN: 'Admin', WRITER: 'Writer', READER: 'Reader' };

export default function ApiKeysPage() {
  const mayEdit = useMayEdit();
  const { show } = useDialogAddress();
  const create = (
    <Button look="primary" onClick={() => show('new')}>
      <Icon name="plus" size={14} />
      New key
    </Button>
  );
  return (
    <Page title="API keys" subtitle="What opens this environment. A secret is shown once, when its key is made." actions={mayEdit && create}>
      {mayEdit ? (
        <>
          <KeyList />
          <Card title="Report a first event" hint="With a Writer key, from any program that speaks HTTP.">
            <ReportSnippet report={SAMPLE} />
          </Card>
        </>
      ) : (
        <NoPermission>Seeing and making keys takes the key of an administrator.</NoPermission>
      )}
    </Page>
  );
}

function KeyList() {
  const { text, change } = useAddress();
  const includeRevoked = text('revoked') === 'shown';
  const query = useAnswer(ApiKeysOfEnvironment, { ...usePageArguments(PAGE_SIZE), includeRevoked }, { keepPrevious: true });
  return (
    <div className="stack">
      <ApiKeyDialogs keys={query.data?.apiKeys.edges.map(({ node }) => node) ?? []} />
      <CheckField label="Show revoked" checked={includeRevoked} onChange={(shown) => change({ revoked: shown ? 'shown' : null })} />
      <Card flush>
        <Answered query={query}>
          {({ apiKeys: { edges, pageInfo } }) => (
            <>
              <Table label="API keys" columns={COLUMNS} rows={edges.map(({ node }) => node)} rowKey={({ id }) => id} />
              <Pager info={pageInfo} />
            </>
          )}
        </Answered>
      </Card>
    </div>
  );
}

const COLUMNS: readonly Column<ApiKey>[] = [
  {
    key: 'name',
    head: 'Name',
    cell: ({ name, prefix, revokedAt }) => (
      <span className="two-lines">
        <strong>{name}</strong>
        <code className="muted">{prefix}…</code>
        {revokedAt !== null && (
          <span className="only-narrow small">
            <Revoked at={revokedAt} />
          </span>
        )}
      </span>
    ),
  },
  { key: 'role', head: 'Role', cell: ({ role }) => <Badge tone={ROLE_TONES[role]}>{ROLE_NAMES[role]}</Badge> },
  { key: 'created', head: 'Created', from: 'tablet', cell: ({ createdAt }) => <Instant value={createdAt} /> },
  {
    key: 'state',
    head: 'State',
    from: 'tablet',
    cell: ({ revokedAt }) => (revokedAt === null ? 'Valid' : <Revoked at={revokedAt} />),
  },
  {
    key: 'actions',
    head: <span className="only-spoken">Actions</span>,
    align: 'end',
    cell: (key) => key.revokedAt === null && <RevokeButton apiKey={key} />,
  },
];

function Revoked({ at }: { readonly at: string }) {
  return (
    <span className="muted">
      Revoked <Instant value={at} form="day" />
    </span>
  );
}

function RevokeButton({ apiKey: { id, name } }: { readonly apiKey: ApiKey }) {
  const { show } = useDialogAddress();
  return (
    <Button look="quiet" onClick={() => show('revoke', id)} aria-label={`Revoke ${name}`}>
      Revoke
    </Button>
  );
}
