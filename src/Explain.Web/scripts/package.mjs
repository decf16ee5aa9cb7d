// Makes package/dist: the element and the client with their types, for npm pack.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const dist = 'package/dist';
rmSync(dist, { recursive: true, force: true });
await build({
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    target: 'es2022',
    outDir: dist,
    minify: false,
    modulePreload: false,
    rolldownOptions: { input: 'src/api/index.ts', preserveEntrySignatures: 'strict', output: { entryFileNames: 'client.js' } },
  },
});
copyFileSync('dist/explain-map.js', join(dist, 'explain-map.js'));
copyFileSync('../../LICENSE', 'package/LICENSE');
execFileSync(join('node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.package.json'], { stdio: 'inherit' });
// Node.js finds modules by their whole name only.
for (const name of readdirSync(dist, { recursive: true })) {
  if (!name.endsWith('.d.ts')) continue;
  const file = join(dist, name);
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/((?:from |import\()(["']))(\.[^"']*)\2/g, '$1$3.js$2'));
}
