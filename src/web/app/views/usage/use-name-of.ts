import { useAnswer } from '../../api/use-api';
import { NameOfCustomer, NameOfFeature } from '../../generated/usage';
import { useViewer } from '../../session/use-viewer';
import { valueName, type NameOf } from './usage-names';
import type { UsageFilter } from './usage-question';

/** How the value of a filter reads: the name of what it is the id of, where one may ask for it. */
export function useNameOf(filter: UsageFilter): NameOf {
  const { key, equals } = filter.not ?? filter;
  const id = String(equals);
  const mayAsk = useViewer().kind === 'seller' && typeof equals === 'string';
  const customer = useAnswer(NameOfCustomer, { id }, { enabled: mayAsk && key === 'customerId' });
  const feature = useAnswer(NameOfFeature, { id }, { enabled: mayAsk && key === 'featureId' });
  const name = key === 'customerId' ? customer.data?.customer?.name : key === 'featureId' ? feature.data?.feature?.name : undefined;
  return (of, value) => (name !== undefined && of === key && value === equals ? name : valueName(value));
}
