import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { featureProfile } from '../operations/feature-profile';
import type { ApiContext } from './context';
import { DimensionProfile, FeatureProfile, TextSeen } from './feature-profile.types';

@Resolver(() => FeatureProfile)
export class FeatureProfileResolver {
  @Authorized('READER')
  @Query(() => FeatureProfile, {
    description:
      'What a sample of the feature’s events shows, at most about a thousand whatever their number: what formulas are analysed with. ' +
      'Refuses: FEATURE_NOT_FOUND. Role: READER or above.',
  })
  featureProfile(@Arg('featureId', () => ID, { description: 'The feature.' }) featureId: string, @Ctx() { services, context }: ApiContext) {
    return featureProfile(services.database, context, featureId);
  }

  @FieldResolver(() => Int, { description: 'How many events were looked at.' })
  eventCount(@Root() { events }: FeatureProfile): number {
    return events.length;
  }

  @FieldResolver(() => [DimensionProfile], { description: 'Their dimensions, by name.' })
  dimensions(@Root() { dimensions }: FeatureProfile) {
    return [...dimensions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

@Resolver(() => DimensionProfile)
export class DimensionProfileResolver {
  @FieldResolver(() => [TextSeen], { description: 'Its texts, the most frequent first, at most 50.' })
  textValues(@Root() { texts }: DimensionProfile): TextSeen[] {
    return [...(texts?.values ?? [])].map(([text, count]) => ({ text, count }));
  }

  @FieldResolver(() => Boolean, { description: 'Whether textValues are all texts of the events looked at.' })
  allTextsListed(@Root() { texts }: DimensionProfile): boolean {
    return texts?.complete ?? true;
  }
}
