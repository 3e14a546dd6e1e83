import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmulatorHarness, hasEnded, isRunning, openEmulator } from './pod-emulator-harness.ts';

const privateName = `taskpod-${process.pid}`;

describe('containers in namespaces', () => {
  let emulator: EmulatorHarness;
  beforeAll(async () => {
    process.env.TASKPOD_TEST_LEAK = 'must not be seen';
    emulator = await openEmulator();
  });
  afterAll(async () => {
    delete process.env.TASKPOD_TEST_LEAK;
    await emulator.close();
  });

  test('the notice says how Pods run', () => {
    expect(emulator.notice).toContain('in Linux namespaces: images are not used');
  });

  test('the environment is the image’s and the Pod’s, exactly', async () => {
    const env = [
      { name: 'A', value: 'it\'s\n$(NONE) \\n `x` "y"' },
      { name: 'UID', value: '77' },
      { name: 'with.dot', value: 'd' },
      { name: 'pid', value: 'p' },
      { name: 'OPTIND', value: 'o' },
    ];
    await emulator.run('env', '', {}, { command: ['env', '-0'], env });
    const variables = (await emulator.log('env')).split('\0').filter(Boolean).sort();
    expect(variables.filter(line => !/^(_|PWD|SHLVL)=/.test(line))).toEqual([
      'A=it\'s\n$(NONE) \\n `x` "y"',
      'HOME=/root',
      'HOSTNAME=env',
      'OPTIND=o',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'UID=77',
      'pid=p',
      'with.dot=d',
    ]);
  });

  test('a container sees its own processes, host name and user', async () => {
    await emulator.run(
      'self',
      'echo $$$$; hostname; id -u; grep -c self /etc/hosts; ls /proc | grep -c "^[0-9]"',
    );
    const [pid, hostname, uid, hosts, processes] = (await emulator.log('self')).split('\n');
    expect({ pid, hostname, uid, hosts }).toEqual({ pid: '1', hostname: 'self', uid: '0', hosts: '1' });
    expect(Number(processes)).toBeLessThan(6);
  });

  test('nothing that it writes reaches the host, and the host’s folders are read-only', async () => {
    const paths = ['/usr', '/etc', '/var', '/tmp', '/root', '/run', '/dev/shm', '/new-folder'].map(
      folder => `${folder}/${privateName}`,
    );
    const script = `mkdir -p /new-folder; for f in ${paths.join(' ')}; do touch $f 2>/dev/null && echo $f; done; echo done`;
    await emulator.run('writes', script, {
      containers: [
        {
          name: 'base',
          image: 'x',
          command: ['sh', '-c', script],
          volumeMounts: [
            { name: 'v', mountPath: `/var/${privateName}-mount/deep` },
            { name: 'v', mountPath: `/mnt/${privateName}` },
          ],
        },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
    });
    const written = (await emulator.log('writes')).trim().split('\n');
    // /var is made anew for the mount below it, so it can be written to; the host's own is not touched.
    expect(written).toEqual([...paths.slice(2), 'done']);
    const leaked = [...paths, `/var/${privateName}-mount`, `/mnt/${privateName}`, '/new-folder'].filter(
      existsSync,
    );
    expect(leaked).toEqual([]);
  });

  test('a root user’s rights end at the kernel’s settings', async () => {
    await emulator.run('kernel', 'echo 1 2>/dev/null >/proc/sys/vm/drop_caches || echo refused');
    expect(await emulator.log('kernel')).toBe('refused\n');
  });

  test('a working folder that is not there is made for the container', async () => {
    await emulator.run('cwd', 'pwd; echo x >y; ls', {}, { workingDir: '/srv/none/such' });
    expect(await emulator.log('cwd')).toBe('/srv/none/such\ny\n');
    expect(existsSync('/srv/none')).toBe(false);
  });

  test('output through /dev/stdout and /dev/stderr is kept, in its order', async () => {
    await emulator.run('outputs', 'echo 1; echo 2 >&2; echo 3 >/dev/stdout; echo 4 >/dev/stderr; echo 5');
    expect(await emulator.log('outputs')).toBe('1\n2\n3\n4\n5\n');
  });

  test('what a container leaves running ends with it', async () => {
    const script = 'setsid sleep 987654 >/dev/null 2>&1 & sleep 0.2; echo main';
    await emulator.run('leftover', script);
    const pod = await emulator.until('leftover', hasEnded);
    expect([pod.status.phase, await emulator.log('leftover')]).toEqual(['Succeeded', 'main\n']);
    const names = await readdir('/proc');
    const commands = names.filter(name => /^\d+$/.test(name)).map(readCommand);
    expect(commands.filter(command => command.includes('sleep\x00987654'))).toEqual([]);
  });

  test('a hostPath is the host’s folder, read-only where wanted', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'taskpod-hostpath-'));
    await writeFile(path.join(folder, 'in'), 'from the host\n');
    const volumeMounts = [
      { name: 'h', mountPath: '/h/rw' },
      { name: 'h', mountPath: '/h/ro', readOnly: true },
    ];
    const script = 'cat /h/ro/in; echo x 2>/dev/null >/h/ro/out || echo refused; echo y >/h/rw/out';
    const volumes = [{ name: 'h', hostPath: { path: folder } }];
    await emulator.run('hostpath', script, { volumes }, { volumeMounts });
    expect(await emulator.log('hostpath')).toBe('from the host\nrefused\n');
    await emulator.until('hostpath', hasEnded);
    expect((await readdir(folder)).sort()).toEqual(['in', 'out']);
    await rm(folder, { recursive: true });
  });

  test('a mount path that no container can have is a failed start', async () => {
    const volumes = [{ name: 'v', emptyDir: {} }];
    await emulator.run(
      'badmount',
      'true',
      { volumes },
      { volumeMounts: [{ name: 'v', mountPath: '/proc/x' }] },
    );
    const pod = await emulator.until('badmount', hasEnded);
    expect(pod.status.containerStatuses[0]?.state.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: '/proc/x cannot be a mount path',
    });
  });

  test('close ends everything, also what will not listen', async () => {
    const other = await openEmulator();
    await other.run('stubborn', 'trap "" TERM; while :; do sleep 1; done');
    await other.until('stubborn', isRunning);
    const before = performance.now();
    await other.close();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(existsSync(path.join(other.folder, 'pods'))).toBe(false);
  });
});

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
