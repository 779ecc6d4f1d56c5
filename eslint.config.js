import solid from 'eslint-plugin-solid/configs/typescript';
import tseslint from 'typescript-eslint';

const strict = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: false }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  'no-restricted-syntax': [
    'error',
    {
      selector: "CallExpression[callee.name='Number'][arguments.0.property.name=/(Minor|Base)$/]",
      message: 'No Number on money: amounts are bigint.',
    },
  ],
};

export default tseslint.config(
  { ignores: ['node_modules', '.dev', '.wrangler', '**/dist', 'coverage', 'dev/*.js', 'eslint.config.js'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: strict,
  },
  { files: ['web/**/*.tsx', 'web/**/*.ts'], ...solid },
  {
    // The Workers run in workerd: what Node alone offers must not creep in.
    files: ['worker/**/*.ts', 'queues/**/*.ts', 'domain/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', '__dirname', 'require', 'setImmediate', 'global'],
    },
  },
);
