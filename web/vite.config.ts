import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import solid from 'vite-plugin-solid';

const root = import.meta.dirname;
const outDir = resolve(root, 'dist');

/**
 * Tells the server build which hashed files the browser build produced, through a virtual module. A manifest on disk
 * would do the same, but it would be published with the assets.
 */
function browserFiles(): Plugin {
  const name = 'virtual:browser-files';
  let found = { script: '', imports: [] as string[], styles: [] as string[], texts: {} as Record<string, string> };
  return {
    name: 'browser-files',
    sharedDuringBuild: true,
    generateBundle(_, bundle) {
      if (this.environment.name !== 'client') return;
      const chunks = Object.values(bundle).filter((item) => item.type === 'chunk');
      const entry = chunks.find((chunk) => chunk.isEntry);
      if (!entry) return this.error('the browser build has no entry chunk');
      const texts = chunks.flatMap((chunk): [string, string][] => {
        const locale = /\/src\/text\/([a-z-]+)\.ts$/.exec(chunk.facadeModuleId ?? '')?.[1];
        return locale === undefined ? [] : [[locale, chunk.fileName]];
      });
      found = {
        script: entry.fileName,
        imports: entry.imports,
        styles: [...(entry.viteMetadata?.importedCss ?? [])],
        texts: Object.fromEntries(texts),
      };
    },
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? `export default ${JSON.stringify(found)}` : undefined),
  };
}

/** Chunks bring no style of their own and are not preloaded, so Vite's helper for both, over a kilobyte, is left out. */
function plainImports(): Plugin {
  const name = '\0vite/preload-helper.js';
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load: (id) => (id === name ? 'export const __vitePreload = (open) => open()' : undefined),
  };
}

/** `vite build --app` writes `dist/assets/*` for browsers and `dist/_worker.js`, which renders the pages. */
export default defineConfig({
  root,
  plugins: [plainImports(), solid({ ssr: true }), browserFiles()],
  builder: {
    async buildApp(builder) {
      // In this order: the server build reads what the browser build left in `virtual:browser-files`.
      for (const name of ['client', 'ssr']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
  environments: {
    client: {
      build: {
        outDir,
        // One style sheet and few chunks: the browser's own imports suffice, and the helper would cost a kilobyte.
        modulePreload: false,
        target: 'es2023',
        emptyOutDir: true,
        rolldownOptions: {
          input: resolve(root, 'src/client.tsx'),
          // The first page's code as one file: split in two it is a request and half a kilobyte more.
          preserveEntrySignatures: false,
          output: { codeSplitting: { groups: [{ name: 'client', tags: ['$initial'] }] } },
        },
      },
    },
    ssr: {
      // Without these conditions Solid's browser build is chosen, which cannot render to a string.
      resolve: { noExternal: true, conditions: ['solid', 'workerd', 'worker', 'module', 'production'] },
      build: {
        ssr: true,
        outDir,
        emptyOutDir: false,
        copyPublicDir: false,
        minify: true,
        target: 'es2024',
        rolldownOptions: {
          input: resolve(root, 'entry.tsx'),
          external: [/^node:/],
          output: { entryFileNames: '_worker.js', codeSplitting: false },
        },
      },
    },
  },
});
