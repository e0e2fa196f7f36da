import { useId, useState } from 'react';
import { CodeBlock } from '../components/code-block';
import { stringifyExactly } from '../api/exact-json';

/** What a first report says. */
export interface Report {
  readonly customerId: string;
  readonly featureId: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

interface ReportSnippetProps {
  readonly report: Report;
  /** Absent: a place for it is left. */
  readonly secret?: string | null;
}

const MUTATION = `mutation ($input: ReportUsageInput!) {
  reportUsage(input: $input) { duplicate event { charge { cost balanceAfter } } }
}`;
const LANGUAGES = { curl: 'curl', typescript: 'TypeScript' } as const;
type Language = keyof typeof LANGUAGES;

function curlText({ report, secret }: ReportSnippetProps): string {
  const body = stringifyExactly({ query: MUTATION.replace(/\s+/g, ' '), variables: { input: { ...report, idempotencyKey: 'my-first-event' } } }, 2);
  return `curl ${location.origin}/graphql \\
  -H 'content-type: application/json' \\
  -H ${secret ? `'x-api-key: ${secret}'` : '"x-api-key: $DRAWDOWN_KEY"'} \\
  -d '${body.replaceAll("'", String.raw`'\''`)}'`;
}

function typescriptText({ report, secret }: ReportSnippetProps): string {
  const fields = stringifyExactly(report, 2).split('\n').slice(1, -1);
  return `const query = \`${MUTATION}\`;

const response = await fetch('${location.origin}/graphql', {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-api-key': ${secret ? `'${secret}'` : 'process.env.DRAWDOWN_KEY!'} },
  body: JSON.stringify({ query, variables: { input: {
    idempotencyKey: crypto.randomUUID(), // once per event: a repeat deducts nothing
${fields.map((line) => `  ${line}`).join('\n')},
  } } }),
});
const { data, errors } = await response.json();
if (errors) throw new Error(errors[0].message);
console.log(data.reportUsage.event.charge); // { cost: '…', balanceAfter: '…' }`;
}

/** How a program reports its first event, to be copied. */
export function ReportSnippet(props: ReportSnippetProps) {
  const [language, setLanguage] = useState<Language>('curl');
  const id = useId();
  return (
    <div className="stack">
      <div className="row">
        <label htmlFor={id} className="small muted">
          Language
        </label>
        <select id={id} className="control control-fit" value={language} onChange={(event) => setLanguage(event.target.value as Language)}>
          {Object.entries(LANGUAGES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <CodeBlock label={`Report a first event, ${LANGUAGES[language]}`} code={language === 'curl' ? curlText(props) : typescriptText(props)} wraps />
    </div>
  );
}
