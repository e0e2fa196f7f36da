import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { ProposedDeclaration } from '../domain/analysis/propose-declarations';
import { proposeDimensionDeclarations } from '../operations/propose-dimension-declarations';
import { removeDimensionDeclaration } from '../operations/remove-dimension-declaration';
import { setDimensionDeclaration } from '../operations/set-dimension-declaration';
import type { ApiContext } from './context';
import {
  DimensionDeclaration,
  ProposedDimensionDeclaration,
  RemoveDimensionDeclarationInput,
  RemoveDimensionDeclarationPayload,
  SetDimensionDeclarationInput,
  SetDimensionDeclarationPayload,
} from './dimension-declaration.types';
import { Feature } from './feature.types';

@Resolver(() => Feature)
export class DimensionDeclarationResolver {
  @Authorized('READER')
  @Query(() => [ProposedDimensionDeclaration], {
    description:
      'What could be declared of the dimensions of a feature, by a sample of its events: those that are not declared, the most frequent first; none where there are ' +
      'fewer than 20 events. Changes nothing. Refuses: FEATURE_NOT_FOUND. Role: READER or above.',
  })
  proposeDimensionDeclarations(
    @Arg('featureId', () => ID, { description: 'The feature.' }) featureId: string,
    @Ctx() { services, context }: ApiContext,
  ): Promise<ProposedDeclaration[]> {
    return proposeDimensionDeclarations(services.database, context, featureId);
  }

  @Authorized('ADMIN')
  @Mutation(() => SetDimensionDeclarationPayload, {
    description:
      'Says what a dimension of a feature’s events is; reports are held to it from the next on, and formulas are analysed with it. Refuses, in this order: ' +
      'INPUT_INVALID, FEATURE_NOT_FOUND, ARCHIVED, INPUT_INVALID (names of other declarations, a former name taken back, too many). Role: ADMIN.',
  })
  setDimensionDeclaration(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => SetDimensionDeclarationInput, { description: 'The declaration.' }) input: SetDimensionDeclarationInput,
  ): Promise<SetDimensionDeclarationPayload> {
    return setDimensionDeclaration(services.database, context, input);
  }

  @Authorized('ADMIN')
  @Mutation(() => RemoveDimensionDeclarationPayload, {
    description:
      'Takes back what was said about a dimension, unless it has former names. ' +
      'Refuses, in this order: FEATURE_NOT_FOUND, ARCHIVED, DIMENSION_DECLARATION_NOT_FOUND, IN_USE. Role: ADMIN.',
  })
  async removeDimensionDeclaration(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => RemoveDimensionDeclarationInput, { description: 'Which declaration.' }) input: RemoveDimensionDeclarationInput,
  ): Promise<RemoveDimensionDeclarationPayload> {
    return { feature: await removeDimensionDeclaration(services.database, context, input) };
  }

  @FieldResolver(() => [DimensionDeclaration], { description: 'What is said of the dimensions of its events, by name, at most 64.' })
  dimensionDeclarations(@Root() { key }: Feature, @Ctx() { loaders }: ApiContext) {
    return loaders.declarationsOfFeature.load(key);
  }
}
