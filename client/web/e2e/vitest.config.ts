import { defineConfig } from "vitest/config";

// Real browsers, a real relay, one after another: the machine may have two cores.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: [process.env.LAB ? `${process.env.LAB}.lab.ts` : "*.test.ts"], // a lab measures: its figures need an idle machine
    globalSetup: "build.ts",
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    retry: 2, // a browser that is starved may also fail to start
    maxWorkers: 1,
  },
});
