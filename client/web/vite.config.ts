import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";
import { defineConfig } from "vitest/config";

/** Writes a Brotli and a gzip twin beside every file of dist that gets smaller by it; web.go serves them. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (/\.(m?js|css|html|svg|wasm)$/.test(name)) compress(join(dir, name));
      }
    },
  };
}

/** Leaves away Vite's helper that loads what an imported file depends on: the one file that is imported later depends on nothing, and the helper weighs a quarter of it. */
function importPlainly(): Plugin {
  return {
    name: "import-plainly",
    apply: "build",
    enforce: "pre",
    load: (id) => (id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : undefined),
  };
}

function compress(path: string): void {
  const raw = readFileSync(path);
  const br = brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
  const gz = gzipSync(raw, { level: 9 });
  gz[9] = 255; // "unknown system", so that every machine writes the same bytes
  if (br.length < raw.length) writeFileSync(`${path}.br`, br);
  if (gz.length < raw.length) writeFileSync(`${path}.gz`, gz);
}

const ofOffice = (id: string) => id.includes("src/office/");
const ofPresenting = (id: string) => id.includes("src/present/") || id.includes("node_modules/pdfjs-dist/");

/** What not every page of a meeting needs has a folder of its own: it does not travel inside sessions (bundle.go). */
function folder(ids: readonly string[]): string {
  if (ids.some(ofOffice)) return "assets/office";
  return ids.some(ofPresenting) ? "assets/present" : "assets";
}

/** Keeps all that the page begins with in one file, whatever of it is also used by what comes later: each file more is a request more. */
function whole(id: string, build: Pick<Rolldown.PluginContext, "getModuleInfo">): string | null {
  const begins = new Set<string>();
  const add = (of: string) => {
    if (begins.has(of)) return;
    begins.add(of);
    for (const next of build.getModuleInfo(of)?.importedIds ?? []) add(next);
  };
  add(join(import.meta.dirname, "src/ui/main.tsx"));
  return begins.has(id) ? "index" : null;
}

export default defineConfig({
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: {
    format: "es",
    // The media worker's name is part of the first load's budget (web_test.go); the video worker comes later.
    rolldownOptions: {
      output: {
        entryFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.includes("src/video/") ? "assets/video-[hash].js" : "assets/[name]-[hash].js",
      },
    },
  },
  plugins: [importPlainly(), precompress()],
  build: {
    target: "es2022",
    outDir: "dist",
    assetsInlineLimit: 0, // the page's security policy allows files, not data: scripts
    modulePreload: { polyfill: false, resolveDependencies: () => [] }, // their names weigh more than they save
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: "index.html", sw: "src/offline/sw.ts" },
      // The service worker's address never changes, and its folder is its scope.
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        chunkFileNames: ({ moduleIds }) => `${folder(moduleIds)}/[name]-[hash].js`,
        codeSplitting: { groups: [{ name: whole }] },
        assetFileNames: ({ originalFileNames }) => `${folder(originalFileNames)}/[name]-[hash][extname]`,
      },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
