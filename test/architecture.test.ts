import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** One import or re-export, as far as the rules look at it. */
interface Import {
  /** The importing file, from the repository's root. */
  file: string;
  /** The imported file from the repository's root, or the package's name as written. */
  target: string;
  /** False when nothing but types is imported, of which nothing is left when the code runs. */
  isValue: boolean;
}

const root = join(import.meta.dirname, '..');
const sourceFiles = globSync('{functions,shared,cli,local,scripts,bench,test}/**/*.{ts,mjs}', { cwd: root })
  .map(file => file.replaceAll('\\', '/'))
  .toSorted();
const texts = new Map(sourceFiles.map(file => [file, readFileSync(join(root, file), 'utf8')]));

function importsIn(file: string, text: string): Import[] {
  const target = (from: string): string =>
    from.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), from)) : from;
  const statics = [...text.matchAll(/^(?:import|export)\b([^;'"]*?)(?:\bfrom\s*)?'([^']+)';/gm)].map(
    ([, clause = '', from = '']) => ({ file, target: target(from), isValue: !isTypeOnly(clause) }),
  );
  const dynamics = [...text.matchAll(/(?<!typeof )\bimport\(\s*'([^']+)'\s*\)/g)].map(([, from = '']) => ({
    file,
    target: target(from),
    isValue: true,
  }));
  return [...statics, ...dynamics];
}

function isTypeOnly(clause: string): boolean {
  const named = clause.trim().replace(/^\{|\}$/g, '');
  return (
    /^type\b/.test(clause.trim()) || (clause.trim().startsWith('{') && !/(^|,)\s*(?!type\s)\w/.test(named))
  );
}

const imports = [...texts].flatMap(([file, text]) => importsIn(file, text));
const isSdk = (target: string): boolean =>
  /^(@google-cloud\/|@kubernetes\/client-node|google-auth-library)/.test(target);
const inFolder = (path: string, ...folders: string[]): boolean =>
  folders.some(folder => path.startsWith(`${folder}/`));
const isPureShared = (file: string): boolean =>
  inFolder(file, 'shared') && !inFolder(file, 'shared/adapters');

test('imports are recognised', () => {
  const text = [
    "import { a, type B } from './a.ts';",
    "import { type C, type D } from 'undici';",
    "import type { E } from 'undici';",
    "import * as f from 'undici';",
    "import './effect.ts';",
    "export { g } from '../g.ts';",
    "import {\n  h,\n  type I,\n} from 'undici';",
    "import {\n  type J,\n  type K,\n} from 'undici';",
    "const l = await import('./l.ts');",
    "type M = typeof import('./m.ts');",
  ].join('\n');
  expect(importsIn('x/y.ts', text).map(({ target, isValue }) => [target, isValue])).toEqual([
    ['x/a.ts', true],
    ['undici', false],
    ['undici', false],
    ['undici', true],
    ['x/effect.ts', true],
    ['g.ts', true],
    ['undici', true],
    ['undici', false],
    ['x/l.ts', true],
  ]);
  expect(imports.length).toBeGreaterThan(100);
});

describe('what imports what', () => {
  test.each<[string, (found: Import) => boolean]>([
    [
      'SDKs are imported only by adapters',
      ({ file, target, isValue }) =>
        isValue &&
        isSdk(target) &&
        inFolder(file, 'functions', 'shared', 'cli', 'local') &&
        !inFolder(file, 'shared/adapters'),
    ],
    [
      'HTTP clients are used by adapters, and by what stands for a server on this machine',
      ({ file, target, isValue }) =>
        isValue &&
        target === 'undici' &&
        inFolder(file, 'functions', 'shared', 'cli') &&
        !inFolder(file, 'shared/adapters'),
    ],
    [
      'the two functions do not know each other',
      ({ file, target }) =>
        (inFolder(file, 'functions/launch') && inFolder(target, 'functions/watch')) ||
        (inFolder(file, 'functions/watch') && inFolder(target, 'functions/launch')),
    ],
    [
      'shared is pure: no adapter, no file system, no network, no process',
      ({ file, target, isValue }) =>
        isPureShared(file) &&
        isValue &&
        (inFolder(target, 'shared/adapters') ||
          /^node:(fs|http|https|http2|net|tls|dns|child_process|worker_threads|process)\b/.test(target)),
    ],
    [
      'shared knows nothing of those who use it',
      ({ file, target }) => inFolder(file, 'shared') && inFolder(target, 'functions', 'cli', 'local'),
    ],
    [
      'the functions know nothing of the command line and of local runs',
      ({ file, target }) => inFolder(file, 'functions') && inFolder(target, 'cli', 'local'),
    ],
    [
      'no test and no script is part of the program',
      ({ file, target }) =>
        inFolder(file, 'functions', 'shared', 'cli', 'local') && inFolder(target, 'test', 'scripts', 'bench'),
    ],
    [
      'in a function only the wiring imports adapters',
      ({ file, target, isValue }) =>
        isValue &&
        inFolder(file, 'functions') &&
        inFolder(target, 'shared/adapters') &&
        !/^functions\/\w+\/(index|wire)\.ts$/.test(file),
    ],
  ])('%s', (_, isForbidden) => {
    expect(imports.filter(isForbidden)).toEqual([]);
  });
});

describe('every file', () => {
  test('is small enough to be read: 250 lines, a test 400', () => {
    const tooLong = [...texts]
      .map(([file, text]) => ({ file, lines: text.split('\n').length - 1 }))
      .filter(({ file, lines }) => lines > (inFolder(file, 'test') ? 400 : 250));
    expect(tooLong).toEqual([]);
  });

  test('exports by name', () => {
    expect([...texts].filter(([, text]) => /^export default\b/m.test(text)).map(([file]) => file)).toEqual(
      [],
    );
  });

  test('leaves the environment to the entry points, which hand on what they have read', () => {
    const entries =
      /^(functions\/\w+\/(index|wire)\.ts|cli\/(main\.ts|taskpod\.mjs)|local\/\w+\.ts|(scripts|bench|test)\/)/;
    // Google's clients read these two by themselves, so an adapter that did not would only seem to be told; and Node
    // wants the whole environment to find its proxy.
    const clientsOwn = /\bprocess\.env\.(PUBSUB|STORAGE)_EMULATOR_HOST\b|\bproxyEnv: process\.env\b/g;
    const comments = /\/\*\*[\s\S]*?\*\//g;
    const readers = [...texts]
      .map(([file, text]) => ({ file, code: text.replace(comments, '') }))
      .map(({ file, code }) =>
        inFolder(file, 'shared/adapters') ? { file, code: code.replace(clientsOwn, '') } : { file, code },
      )
      .filter(({ file, code }) => /\bprocess\.env\b/.test(code) && !entries.test(file));
    expect(readers.map(({ file }) => file)).toEqual([]);
  });
});
