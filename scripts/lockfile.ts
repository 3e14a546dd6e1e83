import { z } from 'zod';

const dependencies = z.record(z.string(), z.string()).optional();
const lockedPackage = z.looseObject({
  version: z.string().optional(),
  dependencies,
  optionalDependencies: dependencies,
  peerDependencies: dependencies,
});
const lockfileSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), lockedPackage),
});
type Packages = z.output<typeof lockfileSchema>['packages'];

/** The package.json of a folder that is deployed. */
export interface DeployedPackage {
  name: string;
  version: string;
  dependencies: Record<string, string>;
  engines: Record<string, string>;
}

/**
 * deriveLockfile makes the package-lock.json of a deployed folder out of the repository's own, without a network: the
 * closure of the folder's dependencies at the very versions that were tested. Throws when the repository's lockfile
 * lacks a package or holds another version than the folder wants.
 */
export function deriveLockfile(rootLockfile: string, deployed: DeployedPackage): string {
  const { packages } = lockfileSchema.parse(JSON.parse(rootLockfile));
  const wanted = new Set<string>();
  for (const [name, version] of Object.entries(deployed.dependencies)) {
    const path = locate(packages, '', name);
    if (path === undefined || packages[path]?.version !== version) {
      throw new Error(`package-lock.json does not hold ${name} ${version}: run npm install first`);
    }
    collect(packages, path, wanted);
  }
  const kept = Object.entries(packages)
    .filter(([path]) => wanted.has(path))
    .map(([path, entry]) => [path, withoutAddress(entry)]);
  const lockfile = {
    name: deployed.name,
    version: deployed.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': deployed, ...Object.fromEntries(kept) },
  };
  return `${JSON.stringify(lockfile, null, 2)}\n`;
}

function collect(packages: Packages, path: string, wanted: Set<string>): void {
  if (wanted.has(path)) return;
  wanted.add(path);
  const entry = packages[path];
  for (const name of Object.keys(entry?.dependencies ?? {})) {
    const found = locate(packages, path, name);
    if (found === undefined) throw new Error(`package-lock.json lacks ${name}, which ${path} needs`);
    collect(packages, found, wanted);
  }
  // npm leaves these out where they do not fit; what is there is kept.
  const perhaps = { ...entry?.optionalDependencies, ...entry?.peerDependencies };
  for (const name of Object.keys(perhaps)) {
    const found = locate(packages, path, name);
    if (found !== undefined) collect(packages, found, wanted);
  }
}

/** Where Node would find `name` from inside the package at `from`: its own node_modules first, then each parent's. */
function locate(packages: Packages, from: string, name: string): string | undefined {
  for (let at = from; ; at = parentOf(at)) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (at === '') return undefined;
  }
}

function parentOf(path: string): string {
  const end = path.lastIndexOf('/node_modules/');
  return end === -1 ? '' : path.slice(0, end);
}

/** The address names one registry; without it npm asks the one that is configured. */
function withoutAddress(entry: z.output<typeof lockedPackage>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'resolved'));
}
