// Lint rules beyond the compiler's. dependency-cruiser.config.cjs enforces the imports between rooms.
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('..', import.meta.url));

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'generated/**',
      'coverage/**',
      'test/generators/clients/**',
      'test/fixtures/next/**',
      'test/examples/{fetch-stub,get-kubeconfig,own-provider}.ts',
    ],
  },
  {
    files: ['src/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts'],
    basePath: root,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'URL', property: 'canParse', message: 'Use urlOf of src/url.ts.' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `onClick={() => act()}` style callbacks may return what they call.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['scripts/**/*.ts'], basePath: root, rules: { 'no-console': 'off' } },
  // A describe block is one long function by nature.
  { files: ['test/**/*.ts'], basePath: root, rules: { 'max-lines-per-function': 'off' } },
);
