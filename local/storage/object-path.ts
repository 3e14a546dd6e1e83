import { createHash } from 'node:crypto';

/** File systems take 255 bytes per component; the rest is room for the name of a draft. */
const maxComponentBytes = 200;
/** Paths are limited to 4,096 bytes (1,024 on macOS), the folder above included. */
const maxPathBytes = 800;

/**
 * objectPath is where an object lies below its bucket's folder: under its own name, so that a person can find it.
 * Undefined for the few names that cannot be a path (empty, `.` and `..` components, control characters, too long),
 * which are kept in the hidden place. A component of more than 200 bytes is cut and ends in a hash.
 */
export function objectPath(name: string): string | undefined {
  const components = name.split('/').map(fileName);
  if (components.some(component => component === undefined)) return undefined;
  const path = components.join('/');
  return Buffer.byteLength(path) > maxPathBytes ? undefined : path;
}

/** hiddenFile is the file name of an object that cannot lie under its own. */
export function hiddenFile(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

/** foldPath is equal for paths that some file system (macOS, Windows) takes for the same. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function fileName(component: string): string | undefined {
  if (component === '' || component === '.' || component === '..') return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(component)) return undefined;
  if (Buffer.byteLength(component) <= maxComponentBytes) return component;
  const start = Buffer.from(component)
    .subarray(0, maxComponentBytes - 20)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
  return `${start}~${hiddenFile(component).slice(0, 16)}`;
}
