import { defineConfig } from "vitest/config";

/**
 * `unit` needs nothing but Node and runs at every commit, so its files share two threads and their modules: a process
 * for each of them costs four times the tests themselves. What a file changes outside itself it puts back.
 *
 * `system` needs the build in dist/, root, a real Postfix and tcpdump, and runs its files one after another because
 * they share ports' and namespaces' names of one machine.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{milter,features,training,src,packaging}/**/*.test.ts"],
          pool: "threads",
          isolate: false,
          // None of them measures time: a busy machine is no failure.
          testTimeout: 60_000,
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
