import { defineConfig } from "vitest/config";

// Real browsers, a real relay, one after another: the machine may have two cores.
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: process.env.FIGURES ? ["figures.ts"] : ["*.test.ts"], // figures are measured, never asserted
    globalSetup: "build.ts",
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    retry: 2, // two browsers and a relay on two cores: what else the machine does can starve one sentence of a speech
    maxWorkers: 1,
  },
});
