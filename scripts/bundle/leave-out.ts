// Leaves out of the build the code of packages that the provider never runs. Each has its reason and its guard here.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * The validator compiles the meta-schema of OpenAPI whenever it starts, even if it need not validate the contract: a
 * fifth of the provider's start. `npm run check` validates the contract once for all.
 */
const metaSchema = 'exports.OpenAPISchemaValidator = class { validate() { return { errors: [] }; } };';

/** The validator brings code for uploads (multer, busboy), which run for `multipart/…` bodies only. */
const uploads = "module.exports = () => ({ any() { throw new Error('uploads are not part of this build'); } });";

/** prom-client asks OpenTelemetry for the trace of an exemplar, which the provider has none of: 100 KB. */
const tracing =
  "module.exports = new Proxy({}, { get() { throw new Error('exemplars are not part of this build'); } });";

const leftOut: Record<string, string> = { multer: uploads, '@opentelemetry/api': tracing };

export const leaveOut: Plugin = {
  name: 'leave-out',
  setup: (bundler) => {
    const { absWorkingDir = '.' } = bundler.initialOptions;
    bundler.onStart(() => {
      const contract = readFileSync(path.join(absWorkingDir, 'generated/openapi.json'), 'utf8');
      return contract.includes('"multipart/')
        ? { errors: [{ text: 'the contract has multipart bodies: scripts/bundle/leave-out.ts must leave multer in' }] }
        : {};
    });
    bundler.onLoad(
      { filter: /express-openapi-validator[\\/]dist[\\/]framework[\\/]openapi\.schema\.validator\.js$/ },
      () => ({ contents: metaSchema }),
    );
    bundler.onResolve({ filter: /^(multer|@opentelemetry\/api)$/ }, ({ path: name }) => ({
      path: name,
      namespace: 'left-out',
    }));
    bundler.onLoad({ filter: /./, namespace: 'left-out' }, ({ path: name }) => ({ contents: leftOut[name] ?? '' }));
  },
};
