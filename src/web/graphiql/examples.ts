/** The tabs that GraphiQL opens with. They ask for what the demo has, and are tested against the schema. */
export const EXAMPLES: readonly { readonly query: string; readonly variables: object }[] = [
  {
    query: `# Who spent what: one customer, by feature and user.
# Group by any dimension: workspace, model, region …
# Ctrl-Enter runs it. The next page: "after" in the
# variables, with the endCursor of this one.
query WhoSpentWhat(
  $input: CreditUsageInput!
  $first: Int = 10
  $after: String
) {
  creditUsage(input: $input, first: $first, after: $after) {
    total { credits eventCount }
    seriesCount
    edges {
      node {
        groups { key value }
        credits
        share
        eventCount
      }
    }
    other { seriesCount credits }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: { input: { customerId: 'brightwater', currencyId: 'credits', range: 'LAST_MONTH', groupBy: ['featureId', 'user'] } },
  },
  {
    query: `# What is left, what comes next, which grants it is.
query BalanceAndGrants($customerId: ID!, $currencyId: ID!) {
  creditBalance(
    input: { customerId: $customerId, currencyId: $currencyId }
  ) {
    balance
    granted
    consumed
    forfeited
    overdraft
    nextChange { at kind amount }
  }
  creditGrants(
    customerId: $customerId
    currencyId: $currencyId
    first: 10
  ) {
    edges {
      node {
        id reason category priority status
        amount remaining
        effectiveAt expiresAt
      }
    }
  }
}
`,
    variables: { customerId: 'brightwater', currencyId: 'credits' },
  },
  {
    query: `# The ledger, newest first: each charge with its
# formula, the values it was given, and its cost.
query Ledger($customerId: ID!, $first: Int = 10, $after: String) {
  creditLedger(
    customerId: $customerId
    kinds: [CONSUMED]
    first: $first
    after: $after
  ) {
    edges {
      node {
        sequence
        at
        balanceBefore
        amount
        balanceAfter
        grant { reason }
        event { feature { id } dimensions }
        calculation { formula parameters { name value } cost }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: { customerId: 'brightwater' },
  },
  {
    query: `# Try a formula without saving it: its cost, its
# variables, every step, and what is wrong with it.
query TryAFormula($input: PreviewFormulaInput!) {
  previewFormula(input: $input) {
    cost
    variables { name type value optional }
    steps { expression value }
    problems { line column message }
    warnings { line column message }
  }
}
`,
    variables: {
      input: {
        formula: '0.0025 * input_tokens + 0.01 * output_tokens * (model == "atlas-large" ? 5 : 1)',
        dimensions: { input_tokens: 1200, output_tokens: 300, model: 'atlas-large' },
      },
    },
  },
  {
    query: `# Report one event: priced and deducted when it answers.
# Sent again with the same key and content, it answers
# the same charge as a duplicate and deducts nothing.
mutation ReportUsage($input: ReportUsageInput!) {
  reportUsage(input: $input) {
    duplicate
    event {
      id
      timestamp
      charge {
        cost
        parameters { name value }
        draws { amount grant { reason } }
        balanceAfter
      }
    }
  }
}
`,
    variables: {
      input: {
        customerId: 'brightwater',
        featureId: 'chat-completion',
        idempotencyKey: 'try-1',
        dimensions: { model: 'atlas', user: 'maya', workspace: 'research', input_tokens: 1200, output_tokens: 300 },
      },
    },
  },
  {
    query: `# What changes as usage is reported: run it, then report
# in another tab. Only what is new is told; to go on after
# a break, put the last sequence into "after".
subscription WatchUsage(
  $input: CreditUsageInput!
  $after: String
) {
  creditUsageChanged(input: $input, after: $after) {
    series {
      groups { key value }
      credits
      eventCount
    }
    total { credits eventCount }
    moreChanged
    sequence
  }
}
`,
    variables: { input: { customerId: 'brightwater', currencyId: 'credits', range: 'LAST_MONTH', groupBy: ['featureId', 'user'] } },
  },
];
