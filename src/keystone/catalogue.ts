// The catalogue that an identity service gives with a token: the services and their URLs.

/** One URL of one service. */
export interface CatalogueEntry {
  type: string;
  interface: string;
  region: string | undefined;
  url: string;
}

/** Reads `token.catalog`; entries without a service and its URL are left out. */
export function readCatalogue(catalog: unknown): CatalogueEntry[] {
  return objects(catalog).flatMap(({ type, endpoints }) =>
    objects(endpoints).flatMap(({ interface: face, region_id: id, region = id, url }) =>
      typeof type === 'string' && typeof face === 'string' && typeof url === 'string'
        ? [{ type, interface: face, region: typeof region === 'string' ? region : undefined, url }]
        : [],
    ),
  );
}

/** The matching endpoints of a service; without a region, those of all regions. */
export function endpointsOf(
  catalogue: readonly CatalogueEntry[],
  wanted: { type: string; interface: string; region: string | undefined },
): CatalogueEntry[] {
  return catalogue.filter(
    (entry) =>
      entry.type === wanted.type &&
      entry.interface === wanted.interface &&
      (wanted.region === undefined || entry.region === wanted.region),
  );
}

function objects(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);
}
