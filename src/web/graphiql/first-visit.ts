/** GraphiQL shows the variables of its first tab only where it finds them as left from an earlier visit. */
export function prepareFirstVisit(variables: string): void {
  if (localStorage.getItem('graphiql:tabState') === null) localStorage.setItem('graphiql:variables', variables);
}
