import { defineConfig } from "vitest/config";

/**
 * `unit` needs nothing but Node and runs at every commit; `system` needs the build in dist/, root, a real Postfix and
 * tcpdump, and runs its files one after another because they share ports' and namespaces' names of one machine.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{milter,features,training,src,packaging}/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "system",
          include: ["test/{system,lab}/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
