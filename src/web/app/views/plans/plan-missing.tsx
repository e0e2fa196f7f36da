import { ButtonLink } from '../../components/button';
import { State } from '../../components/state';
import { paths } from '../../navigation/paths';

/** At the address of a plan that there is not. */
export function PlanMissing({ id }: { readonly id: string }) {
  return (
    <State
      icon="empty"
      title="Plan not found"
      action={<ButtonLink to={paths.plans}>Go to the plans</ButtonLink>}
    >{`No plan has the id ${id}.`}</State>
  );
}

/** From what may not be done back to what may be seen. */
export function ToPlan({ plan: { id, name } }: { readonly plan: { readonly id: string; readonly name: string } }) {
  return <ButtonLink to={paths.plan(id)}>{`Go to ${name}`}</ButtonLink>;
}
