/**
 * Writes `.rosetta/`, an assembly whose readmes are the pages of `docs/`.
 *
 * jsii-rosetta only compiles the code blocks of an assembly: its README and API comments. With this one beside the
 * real one it compiles the pages of `docs/` too, as strictly.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const outdir = join(root, '.rosetta');

const docs = join(root, 'docs');
const pages = existsSync(docs)
  ? readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).sort()
  : [];

// Its types are compiled with the real one.
const { types, readme, ...assembly } = JSON.parse(readFileSync(join(root, '.jsii'), 'utf8'));
assembly.submodules = Object.fromEntries(pages.map((page) => [
  `docs/${page}`,
  { readme: { markdown: readFileSync(join(docs, page), 'utf8') } },
]));

// The translations of the last run stay there, so that only what changed is compiled again.
mkdirSync(outdir, { recursive: true });
writeFileSync(join(outdir, '.jsii'), JSON.stringify(assembly));
copyFileSync(join(root, 'package.json'), join(outdir, 'package.json'));
for (const dir of ['lib', 'rosetta']) {
  rmSync(join(outdir, dir), { force: true });
  symlinkSync(join('..', dir), join(outdir, dir));
}
