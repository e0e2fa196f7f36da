import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { previewFormula, type FormulaPreview as DomainFormulaPreview } from '../operations/preview-formula';
import type { ApiContext } from './context';
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
}
