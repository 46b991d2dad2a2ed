import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,mjs}'],
          exclude: ['test/integration/**', 'test/packing/**', 'test/setup/**', 'test/vagrant/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/packing/**/*.test.mjs'],
          // Engines, and on a small machine: one file at a time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'vagrant',
          include: ['test/vagrant/**/*.test.ts'],
          fileParallelism: false,
          // Emulated machines on a busy computer. Each of them has limits of its own.
          testTimeout: 5_400_000,
          hookTimeout: 600_000,
          bail: 1,
        },
      },
      {
        test: {
          name: 'setup',
          include: ['test/setup/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
