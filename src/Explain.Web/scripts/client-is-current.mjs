// Fails when src/api/schema.ts is not what openapi.yaml gives.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const committed = 'src/api/schema.ts';
const folder = mkdtempSync('.client-');
try {
  const fresh = join(folder, 'schema.ts');
  const run = (tool, ...args) => execFileSync(join('node_modules', '.bin', tool), args, { stdio: ['ignore', 'ignore', 'inherit'] });
  run('openapi-typescript', '../../openapi.yaml', '-o', fresh);
  run('prettier', '--write', '--log-level', 'warn', fresh);
  if (readFileSync(fresh, 'utf8') !== readFileSync(committed, 'utf8')) {
    console.error(`${committed} is not what openapi.yaml gives: npm run client`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
