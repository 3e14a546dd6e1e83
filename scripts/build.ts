import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { z } from 'zod';
import { type DeployedPackage, deriveLockfile } from './lockfile.ts';
import { zip } from './zip.ts';

/** The functions that are built: the folder under functions/, under dist/, and the name they are served by. */
export const functionNames = ['launch', 'watch'] as const;

const framework = '@google-cloud/functions-framework';

/** CommonJS packages inside the bundle still say `require` and `__dirname`, which an ES module does not have. */
const banner =
  "import{createRequire as taskpodCreateRequire}from'node:module';" +
  'const require=taskpodCreateRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;';

const rootPackage = z.object({
  version: z.string(),
  engines: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
});

/** What is built, and where to. */
export interface BuildOptions {
  /** The function's name, as in {@link functionNames}. */
  name: string;
  /** The TypeScript file that registers the function. */
  entry: string;
  /** The folder that is emptied and filled. */
  outFolder: string;
  /** The repository: its package.json and package-lock.json decide the versions. */
  root: string;
  /** None in what is deployed. */
  plugins?: Plugin[];
}

/** What a build is made of, in bytes of JavaScript. */
export interface BuildReport {
  totalBytes: number;
  /** What is loaded before the function listens: the entry and all that it imports statically. */
  startBytes: number;
  files: string[];
}

/**
 * buildFunction leaves a folder that can be deployed as it is: minified ES modules (what the function imports
 * dynamically stays in files of its own, loaded when needed), a package.json whose only dependency is the functions
 * framework, and a package-lock.json; and beside the folder its zip archive, which Terraform uploads. The same sources
 * give the same bytes. The framework stays outside the bundle, because the function must register itself with the copy
 * that serves it.
 */
export async function buildFunction(options: BuildOptions): Promise<BuildReport> {
  const { name, entry, outFolder, root, plugins = [] } = options;
  const rootFile = (file: string): Promise<string> => readFile(join(root, file), 'utf8');
  const manifest = rootPackage.parse(JSON.parse(await rootFile('package.json')));
  const version = manifest.dependencies[framework];
  if (version === undefined) throw new Error(`package.json does not depend on ${framework}`);
  const deployed: DeployedPackage = {
    name: `taskpod-${name}`,
    version: manifest.version,
    dependencies: { [framework]: version },
    engines: manifest.engines,
  };
  const lockfile = deriveLockfile(await rootFile('package-lock.json'), deployed);
  await rm(outFolder, { recursive: true, force: true });
  await mkdir(outFolder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: entry },
    outdir: outFolder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    // Class names are in log lines and stack traces.
    keepNames: true,
    legalComments: 'none',
    external: [framework],
    banner: { js: banner },
    plugins,
    metafile: true,
    logLevel: 'warning',
  });
  const json = { ...deployed, private: true, type: 'module', main: 'index.js' };
  await writeFile(join(outFolder, 'package.json'), `${JSON.stringify(json, null, 2)}\n`);
  await writeFile(join(outFolder, 'package-lock.json'), lockfile);
  await writeFile(`${outFolder}.zip`, await zipFolder(outFolder));
  return report(metafile, relative(root, join(outFolder, 'index.js')));
}

async function zipFolder(folder: string): Promise<Buffer> {
  const names = (await readdir(folder)).sort();
  return zip(
    await Promise.all(names.map(async name => ({ name, body: await readFile(join(folder, name)) }))),
  );
}

function report(metafile: Metafile, entry: string): BuildReport {
  const { outputs } = metafile;
  const atStart = new Set<string>();
  const visit = (file: string): void => {
    if (atStart.has(file) || outputs[file] === undefined) return;
    atStart.add(file);
    for (const { path, kind } of outputs[file].imports) if (kind === 'import-statement') visit(path);
  };
  visit(entry);
  const sum = (files: Iterable<string>): number =>
    Array.from(files, file => outputs[file]?.bytes ?? 0).reduce((a, b) => a + b, 0);
  const files = Object.keys(outputs);
  return { totalBytes: sum(files), startBytes: sum(atStart), files };
}

async function main(root: string): Promise<void> {
  for (const name of functionNames) {
    const { totalBytes, startBytes, files } = await buildFunction({
      name,
      entry: join(root, 'functions', name, 'index.ts'),
      outFolder: join(root, 'dist', name),
      root,
    });
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
    console.log(
      `dist/${name}: ${megabytes(totalBytes)} in ${files.length} files, ${megabytes(startBytes)} of it loaded at the start`,
    );
  }
}

if (import.meta.main) await main(join(import.meta.dirname, '..'));
