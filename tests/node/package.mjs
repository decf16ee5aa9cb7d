// Makes the package of the element and the client, installs it in an empty folder, and has a program there checked and run.
//   node package.mjs FOLDER ADDRESS IMAGE
import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, address, image] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, '../../src/Explain.Web');
const run = (program, ...args) => execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

run('npm', 'run', 'package', '--silent', '--prefix', web);
const tarball = run('npm', 'pack', '--silent', join(web, 'package')).trim();
writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
run('npm', 'install', '--offline', '--silent', `./${tarball}`);
copyFileSync(join(here, 'packaged.mts'), join(folder, 'packaged.mts'));
writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
        compilerOptions: {
            strict: true,
            target: 'es2022',
            module: 'nodenext',
            lib: ['es2023', 'dom', 'dom.iterable'],
            types: ['node'],
            typeRoots: [join(here, 'node_modules/@types')],
        },
        files: ['packaged.mts'],
    }),
);
run('node', join(here, 'node_modules/typescript/bin/tsc'), '-p', folder);
process.stdout.write(run('node', 'packaged.mjs', address, image));
