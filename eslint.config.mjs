import neostandard from 'neostandard'

export default [
  ...neostandard({ ts: true, ignores: ['dist/**', '.tap/**', '.build/**'] }),
  {
    files: ['**/*.ts'],
    rules: {
      'no-void': 'off', // a promise that is deliberately not awaited says so
      '@stylistic/max-len': ['error', { code: 150, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true }]
    }
  },
  {
    files: ['lib/cdk/**', 'test/cdk/**', 'examples/cdk/**'],
    rules: { 'no-new': 'off' } // a construct is made for what it does to its scope
  }
]
