// sbom.cdx.json: the packages inside the shipped files, for programs that watch advisories. They are no dependencies of
// the installed package, so `npm audit` does not see them. CycloneDX 1.6; without a date, so that builds are
// reproducible.
import type { Manifest, PackageInside } from './packages.js';

export function billOfMaterials({ name, version, license }: Manifest, packages: readonly PackageInside[]): string {
  const subject = { type: 'library', 'bom-ref': purl(name, version), name, version, ...licensed(license) };
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: { ...subject, purl: purl(name, version) } },
    components: packages.map((one) => ({
      type: 'library',
      'bom-ref': purl(one.name, one.version),
      ...nameAndGroup(one.name),
      version: one.version,
      scope: 'required',
      ...licensed(one.license),
      purl: purl(one.name, one.version),
    })),
    compositions: [{ aggregate: 'complete', assemblies: [purl(name, version)] }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function nameAndGroup(name: string): { group?: string; name: string } {
  const [group, scoped] = name.split('/');
  return scoped === undefined ? { name } : { ...(group !== undefined && { group }), name: scoped };
}

/** A single identifier is given as one; all else is an expression of them. */
function licensed(license: string): object {
  return { licenses: /[ ()]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }] };
}

/** https://github.com/package-url/purl-spec: the @ of a scope is percent-encoded. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
