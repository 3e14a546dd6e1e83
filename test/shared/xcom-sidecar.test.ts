import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createXcomDecoder,
  largestMessageFileBytes,
  type XcomResult,
  xcomSidecarCommand,
} from '../../shared/xcom-frame.ts';

const maxBytes = 300_000;

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'xcom-sidecar-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The shells of this machine; the cluster tests run the script in the sidecar's own image. */
function shells(): { name: string; command: string[] }[] {
  const found = [{ name: '/bin/sh', command: ['/bin/sh'] }];
  const busybox = spawnSync('/bin/sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
  if (busybox !== '') found.push({ name: 'busybox', command: [busybox, 'sh'] });
  return found;
}

/**
 * Runs the sidecar's real command on a file. A `sleep` of ours sends the signal instead of sleeping, so it comes exactly
 * when the script waits.
 */
async function run(
  shell: { command: string[] },
  signal: string,
  file: string,
  limit = maxBytes,
  user: { uid?: number } = {},
) {
  const terminationLog = join(await mkdtemp(join(root, 'run-')), 'termination-log');
  await writeFile(terminationLog, '');
  const [, flag = '', script = '', ...args] = xcomSidecarCommand({ maxBytes: limit, file, terminationLog });
  const [program = '', ...first] = shell.command;
  const { stdout, stderr } = await promisify(execFile)(
    program,
    [...first, flag, `sleep() { kill -${signal} $$; }\n${script}`, ...args],
    { maxBuffer: 64_000_000, timeout: 20_000, ...user },
  );
  expect(stderr).toBe('');
  return { stdout, message: await readFile(terminationLog, 'utf8') };
}

function decode(text: string): XcomResult {
  const decoder = createXcomDecoder(maxBytes);
  for (const line of text.split('\n')) decoder.push(line);
  return decoder.result();
}

function whole(bytes: Buffer): XcomResult {
  return { kind: 'value', bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function fileOf(bytes: Buffer | string): Promise<string> {
  const file = join(await mkdtemp(join(root, 'file-')), 'return.json');
  await writeFile(file, bytes);
  return file;
}

describe.each(shells())('the sidecar in $name', shell => {
  const text = Buffer.from('{"grüße": "東京 🗼", "cr": "\\r"}\r\n');
  test.each([
    { name: 'JSON that is not ASCII', bytes: text },
    { name: 'an empty file', bytes: Buffer.alloc(0) },
    { name: 'bytes that are no text', bytes: Buffer.from([0, 255, 10, 0, 13, 10]) },
    { name: 'the largest for a message', bytes: Buffer.alloc(largestMessageFileBytes, 'x') },
  ])('prints $name, and leaves the same message', async ({ bytes }) => {
    const { stdout, message } = await run(shell, 'TERM', await fileOf(bytes));
    expect(decode(stdout)).toEqual(whole(bytes));
    expect(message).toBe(stdout);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4_096);
  });

  test.each([
    { name: 'one byte more', bytes: Buffer.alloc(largestMessageFileBytes + 1, 'x') },
    { name: 'lines that are exactly full', bytes: Buffer.alloc(12_000, 'y') },
    { name: 'the largest that is allowed', bytes: Buffer.alloc(maxBytes, 'z') },
  ])('prints $name, without a message', async ({ bytes }) => {
    const { stdout, message } = await run(shell, 'TERM', await fileOf(bytes));
    expect(decode(stdout)).toEqual(whole(bytes));
    expect(message).toBe('');
    expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(8_000);
  });

  test('INT is heard too', async () => {
    const { stdout } = await run(shell, 'INT', await fileOf(text));
    expect(decode(stdout)).toEqual(whole(text));
  });

  test('a file over the limit is told, not printed', async () => {
    const { stdout, message } = await run(shell, 'TERM', await fileOf('123456'), 5);
    expect([stdout, message]).toEqual(['XCOM1 TOOBIG 6\n', 'XCOM1 TOOBIG 6\n']);
  });

  test.each<{ name: string; make: (file: string) => Promise<void>; stdout: string }>([
    { name: 'no file', make: async () => {}, stdout: 'XCOM1 NONE\n' },
    { name: 'a directory', make: async file => void (await mkdir(file)), stdout: 'XCOM1 NONE\n' },
    { name: 'a link to a file', make: file => symlink('/etc/hostname', file), stdout: 'XCOM1 NONE\n' },
    { name: 'a link to nothing', make: file => symlink('/nowhere', file), stdout: 'XCOM1 NONE\n' },
    {
      name: 'a FIFO',
      make: async file => void execFileSync('mkfifo', [file]),
      stdout: 'XCOM1 NONE\n',
    },
  ])('$name counts as none', async ({ make, stdout }) => {
    const file = join(await mkdtemp(join(root, 'none-')), 'return.json');
    await make(file);
    expect(await run(shell, 'TERM', file)).toEqual({ stdout, message: stdout });
  });

  test('a hard link is a file, and a name with blanks is a name', async () => {
    const file = join(await mkdtemp(join(root, 'a name ')), 'return value.json');
    await link(await fileOf('[1]'), file);
    expect(decode((await run(shell, 'TERM', file)).stdout)).toEqual(whole(Buffer.from('[1]')));
  });

  test('a file that it may not read is said so, even when the message cannot be left either', async () => {
    const file = await fileOf('{}');
    await chmod(file, 0);
    await chmod(dirname(file), 0o755);
    await chmod(root, 0o755);
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const { stdout, message } = await run(shell, 'TERM', file, maxBytes, nobody);
    expect(stdout).toBe('XCOM1 UNREADABLE\n');
    expect(message).toBe(nobody.uid === undefined ? stdout : '');
  });

  test('any file comes back byte for byte', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 4_000 }),
      fc.uint8Array({ minLength: 5_900, maxLength: 6_100 }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async array => {
        const { stdout } = await run(shell, 'TERM', await fileOf(Buffer.from(array)));
        expect(decode(stdout)).toEqual(whole(Buffer.from(array)));
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});
