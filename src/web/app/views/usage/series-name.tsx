import { Fragment } from 'react';
import { BETWEEN, groupName, groupTitles, seriesName, type Group } from './usage-names';

/** What there is no word for is set apart from a value that reads the same. */
export function GroupName({ group }: { readonly group: Group }) {
  return group.value === null || group.value === '' ? <em className="muted">{groupName(group)}</em> : groupName(group);
}

/** The values that tell a series apart; ids stand in the tooltip. */
export function SeriesName({ groups }: { readonly groups: readonly Group[] }) {
  if (groups.length === 0) return seriesName(groups);
  return (
    <span title={groups.some(({ name }) => name !== null) ? groupTitles(groups) : undefined}>
      {groups.map((group, index) => (
        <Fragment key={group.key}>
          {index > 0 && BETWEEN}
          <GroupName group={group} />
        </Fragment>
      ))}
    </span>
  );
}
