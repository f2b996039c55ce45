// Makes the validators of the contract kit while building: made at run time, they and the library that makes them take a
// sixth of a run.
import standaloneModule from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'esbuild';
import { judgedSchemas } from '../../src/verify/contract-schema.js';
import { ajvWithContract, standingAlone } from '../../src/verify/schema-validators.js';

const standaloneCode = standaloneModule.default;

export const compileSchemas: Plugin = {
  name: 'compile-schemas',
  setup: (bundler) => {
    bundler.onLoad({ filter: /[\\/]src[\\/]verify[\\/]schema-validators\.ts$/ }, () => ({
      contents: validatorsModule(),
      loader: 'js',
      resolveDir: bundler.initialOptions.absWorkingDir ?? '.',
    }));
  },
};

/** A module with the one function that the kit calls. */
function validatorsModule(): string {
  const ajv = ajvWithContract({ code: { source: true } });
  const texts = [...new Set(judgedSchemas().map((schema) => JSON.stringify(schema)))];
  const names = texts.map((text, i) => {
    const name = `validator${i}`;
    ajv.addSchema(standingAlone(JSON.parse(text) as object), name);
    return name;
  });
  // What Ajv writes assigns to `exports`.
  const code = standaloneCode(ajv, Object.fromEntries(names.map((name) => [name, name])));
  const byText = texts.map((text, i) => `${JSON.stringify(text)}: validators.${names[i] ?? ''}`);
  return `const validators = {};
((exports) => {
${code}
})(validators);
const byText = { ${byText.join(',\n')} };
export const validatorOf = (schema) => byText[JSON.stringify(schema)];
`;
}
