import { ArgsType, Field } from 'type-graphql';
import type { CatalogFilter } from '../store/catalog';
import { ConnectionArgs } from './paging';

/** The arguments of every list of things with ids of the caller's choice. Such a list is in the order of the ids, and its cursors hold them. */
@ArgsType()
export class CatalogListArgs extends ConnectionArgs implements CatalogFilter {
  @Field(() => Boolean, { defaultValue: false, description: 'Whether archived ones are listed, too.' })
  includeArchived!: boolean;

  @Field(() => String, { nullable: true, description: 'Only those whose ids begin with this text.' })
  idPrefix?: string | null;
}
