// The queries of the Grafana dashboard.
import { readFileSync } from 'node:fs';

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
}

/** Each query with the title of its panel, as Grafana would send it for all jobs. */
export function dashboardQueries(): { title: string; query: string }[] {
  const { panels } = JSON.parse(readFileSync('scripts/deploy/grafana-dashboard.json', 'utf8')) as Dashboard;
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({
      title,
      query: expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*'),
    })),
  );
}
