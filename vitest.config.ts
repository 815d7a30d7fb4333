import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig(async () => {
  const migrations = await readD1Migrations('./migrations')
  return {
    test: {
      // A passing test's log lines say nothing.
      silent: 'passed-only' as const,
      projects: [
        {
          plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' }, miniflare: { bindings: { TEST_MIGRATIONS: migrations } } })],
          // One database for a file's tests, emptied before each file: each test makes its own tenant.
          test: {
            name: 'workerd',
            setupFiles: ['./test/setup.ts'],
            include: ['test/**/*.test.{ts,tsx}'],
            exclude: ['test/**/*.node.test.ts', 'test/browser/**'],
            isolate: false,
            maxWorkers: 1,
            testTimeout: 30_000,
          },
        },
        { test: { name: 'node', include: ['test/**/*.node.test.ts'], exclude: ['test/browser/**'], testTimeout: 60_000 } },
        { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], maxWorkers: 1, isolate: false, testTimeout: 120_000, hookTimeout: 120_000 } },
      ],
    },
  }
})
