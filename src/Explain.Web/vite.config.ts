import { defineConfig } from 'vite';

/** A service for `npm run dev`: everything that is not a file of the page is asked of it. */
const service = 'http://127.0.0.1:8080';

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { input: ['index.html', 'view/index.html'] },
  },
  server: { proxy: { '/api': service, '/swagger': service, '/docs': service } },
});
