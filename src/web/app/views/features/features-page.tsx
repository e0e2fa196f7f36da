import { Link } from 'wouter';
import { useAnswer } from '../../api/use-api';
import { CatalogPage, useCatalogArguments } from '../../components/catalog-page';
import { Instant } from '../../components/instant';
import type { Column } from '../../components/table';
import { FeaturesOfEnvironment, type FeaturesOfEnvironmentQuery } from '../../generated/features';
import { paths } from '../../navigation/paths';
import { FeatureDialogs } from './feature-dialogs';

type Feature = FeaturesOfEnvironmentQuery['features']['edges'][number]['node'];

export default function FeaturesPage() {
  return (
    <CatalogPage
      title="Features"
      subtitle="What is metered. The rates of your plans say what its usage costs."
      thing="feature"
      icon="features"
      meaning="A feature is something your customers use and you count, such as a chat completion or an exported page."
      query={useAnswer(FeaturesOfEnvironment, useCatalogArguments(), { keepPrevious: true })}
      itemsIn={({ features }) => features}
      pathOf={paths.dimensions}
      columns={COLUMNS}
      inShort={(feature) => (
        <span className="row row-loose">
          <span>{`Unit: ${feature.unit}`}</span>
          <ToDimensions feature={feature} />
        </span>
      )}
      dialogs={<FeatureDialogs />}
    />
  );
}

const COLUMNS: readonly Column<Feature>[] = [
  { key: 'unit', head: 'Unit', from: 'tablet', cell: ({ unit }) => unit },
  { key: 'dimensions', head: 'Dimensions', from: 'tablet', cell: (feature) => <ToDimensions feature={feature} /> },
  { key: 'created', head: 'Created', from: 'tablet', cell: ({ createdAt }) => <Instant value={createdAt} form="day" /> },
];

function ToDimensions({ feature: { id, name } }: { readonly feature: Feature }) {
  return (
    <Link to={paths.dimensions(id)}>
      <span className="only-spoken">{`${name}: `}</span>Dimensions
    </Link>
  );
}
