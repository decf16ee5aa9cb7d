import { defineConfig } from 'vite';

/** The element: one module under a name that stays, without anything of the page. */
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    emptyOutDir: false,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: 'src/component/index.ts',
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'explain-map.js' },
    },
  },
});
