import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { Page } from './components/page';
import { Loading, State } from './components/state';
import { paths } from './navigation/paths';

const Features = lazy(() => import('./views/features/features-page'));

/** Every view by its address. Each is loaded when it is first shown. */
export function Routes() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/">
          <Redirect to={paths.customers} replace />
        </Route>
        <Route path={paths.features} component={Features} />
        <Route>
          <Page title="Nothing here">
            <State icon="empty" title="There is no view at this address">
              It may have been typed wrongly, or come from another version.
            </State>
          </Page>
        </Route>
      </Switch>
    </Suspense>
  );
}
