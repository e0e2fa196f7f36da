import { Kind, type FieldNode, type FragmentDefinitionNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/** Whether the document asks for a field somewhere below this one, by the names on the way to it. What is skipped by a directive counts as asked for. */
export function selects({ fieldNodes, fragments }: GraphQLResolveInfo, path: readonly string[]): boolean {
  const found = path.reduce<readonly FieldNode[]>(
    (fields, name) => fields.flatMap(({ selectionSet }) => fieldsOf(selectionSet, fragments).filter((field) => field.name.value === name)),
    fieldNodes,
  );
  return found.length > 0;
}

function fieldsOf(selectionSet: SelectionSetNode | undefined, fragments: Readonly<Record<string, FragmentDefinitionNode>>): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const { selectionSet: inner } = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value]! : selection;
    return fieldsOf(inner, fragments);
  });
}
