import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { previewFormula, type FormulaPreview as DomainFormulaPreview } from '../operations/preview-formula';
import { suggestFormulaTests } from '../operations/suggest-formula-tests';
import type { ApiContext } from './context';
import { SuggestedFormulaTest, SuggestFormulaTestsInput } from './formula-test.types';
import { FormulaPreview, PreviewFormulaInput } from './formula.types';

@Resolver()
export class FormulaResolver {
  @Authorized('READER')
  @Query(() => FormulaPreview, {
    description:
      'Tries a formula on a sample event without saving it: the cost or the refusal, every variable and intermediate value, problems and warnings. ' +
      'What is wrong with the formula or the event is part of the answer. Refuses only: FEATURE_NOT_FOUND. Role: READER or above.',
  })
  previewFormula(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => PreviewFormulaInput, { description: 'The formula and the event.' }) input: PreviewFormulaInput,
  ): Promise<DomainFormulaPreview> {
    return previewFormula(services.database, context, input);
  }

  @Authorized('READER')
  @Query(() => [SuggestedFormulaTest], {
    description:
      'Examples worth keeping with a rate of this formula, out of the events that the feature’s profile looks at: a typical one, one for each branch ' +
      '(`? :`, if, coalesce, exists, tiers) that some event takes, and the least and greatest of each number that the formula uses. At most 12, none twice; ' +
      'none where there are no events. Refuses, in this order: FORMULA_INVALID, FEATURE_NOT_FOUND. Role: READER or above.',
  })
  suggestFormulaTests(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => SuggestFormulaTestsInput, { description: 'The formula and the feature.' }) input: SuggestFormulaTestsInput,
  ): Promise<SuggestedFormulaTest[]> {
    return suggestFormulaTests(services.database, context, input);
  }
}
