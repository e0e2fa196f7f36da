import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { ButtonLink } from './components/button';
import { Page } from './components/page';
import { Loading, State } from './components/state';
import { paths } from './navigation/paths';
import { useViewer } from './session/use-viewer';

const ApiKeys = lazy(() => import('./views/api-keys/api-keys-page'));
const Credits = lazy(() => import('./views/credits/credits-page'));
const Currencies = lazy(() => import('./views/currencies/currencies-page'));
const Customers = lazy(() => import('./views/customers/customers-page'));
const Dimensions = lazy(() => import('./views/dimensions/dimensions-page'));
const Features = lazy(() => import('./views/features/features-page'));
const Usage = lazy(() => import('./views/usage/usage-page'));
const Start = lazy(() => import('./views/start/start-page'));
const Ledger = lazy(() => import('./views/ledger/ledger-page'));
const Plans = lazy(() => import('./views/plans/plans-page'));
const Plan = lazy(() => import('./views/plans/plan-page'));
const Rate = lazy(() => import('./views/rate/rate-page'));
const Review = lazy(() => import('./views/review/review-page'));
const Publish = lazy(() => import('./views/publish/publish-page'));

/** A customer begins with its own credits, the seller with all customers. */
function Home() {
  const viewer = useViewer();
  return <Redirect to={viewer.kind === 'customer' ? paths.credits(viewer.customer.id) : paths.customers} replace />;
}

/** While the code of a view is on its way. */
function Opening() {
  return (
    <div className="page">
      <Loading lines={8} />
    </div>
  );
}

/** Every view by its address. Each is loaded when it is first shown. */
export function Routes() {
  return (
    <Suspense fallback={<Opening />}>
      <Switch>
        <Route path="/">
          <Home />
        </Route>
        <Route path={paths.customers} component={Customers} />
        <Route path="/customers/:id">{({ id }) => <Redirect to={paths.credits(id)} replace />}</Route>
        <Route path="/customers/:id/credits" component={Credits} />
        <Route path="/customers/:id/ledger" component={Ledger} />
        <Route path={paths.plans} component={Plans} />
        <Route path="/plans/:id" component={Plan} />
        <Route path="/plans/:id/features/:feature" component={Rate} />
        <Route path="/plans/:id/review" component={Review} />
        <Route path="/plans/:id/publish" component={Publish} />
        <Route path={paths.features} component={Features} />
        <Route path="/features/:id/dimensions" component={Dimensions} />
        <Route path="/customers/:customerId/usage" component={Usage} />
        <Route path={paths.allUsage} component={Usage} />
        <Route path={paths.currencies} component={Currencies} />
        <Route path={paths.apiKeys} component={ApiKeys} />
        <Route path={paths.start} component={Start} />
        <Route>
          <Page title="Page not found">
            <State icon="empty" title="There is no page at this address" action={<ButtonLink to="/">Go to the first page</ButtonLink>}>
              It may have been typed wrongly, or come from another version.
            </State>
          </Page>
        </Route>
      </Switch>
    </Suspense>
  );
}
