import { describe, expect, test } from 'vitest';
import type { Mount } from '../../../../local/pods/kubelet/mounts.ts';
import type { HostTree } from '../../../../local/pods/process/host-tree.ts';
import { planRoot, RootPlanProblem } from '../../../../local/pods/process/root-plan.ts';

type Tree = { [name: string]: Tree | 'file' | `-> ${string}` };

/** A machine with these folders; a text that begins with an arrow is a link. */
function machine(tree: Tree): HostTree {
  const find = (path: string): Tree[string] | undefined =>
    path
      .split('/')
      .filter(Boolean)
      .reduce<Tree[string] | undefined>(
        (at, name) => (typeof at === 'object' && Object.hasOwn(at, name) ? at[name] : undefined),
        tree,
      );
  return {
    kind: path => {
      const found = find(path);
      if (found === undefined) return 'absent';
      if (typeof found === 'object') return 'dir';
      return found === 'file' ? 'file' : 'link';
    },
    target: path => String(find(path)).slice(3),
    names: path => {
      const found = find(path);
      return typeof found === 'object' ? Object.keys(found) : [];
    },
  };
}

const host = machine({
  bin: '-> usr/bin',
  lnk: '-> var',
  dev: { null: 'file', tty: 'file', sda: 'file', fd: '-> /proc/self/fd', shm: {} },
  etc: { passwd: 'file', ssl: { certs: {} }, mtab: '-> ../proc/self/mounts' },
  proc: { '1': {} },
  swapfile: 'file',
  tmp: {},
  usr: { bin: { sh: 'file' } },
  var: { lib: {}, log: {}, run: '-> /run', loop: '-> loop' },
  run: {},
});

function dir(target: string, more: Partial<Mount> = {}): Mount {
  return { target, source: `/emu${target}`, kind: 'dir', readOnly: false, owned: true, ...more };
}

const base = ['/etc', '/run', '/tmp', '/usr', '/var'];
const deviceNodes = ['/dev/null', '/dev/tty'];

function plan(...mounts: Mount[]) {
  const { skeleton, hostBinds, pointsInSources, mounts: planned } = planRoot(host, mounts);
  return {
    skeleton: skeleton.map(entry => entry.path),
    binds: hostBinds.map(bind => bind.path).sort(),
    points: pointsInSources,
    targets: planned.map(mount => mount.target),
    links: skeleton.flatMap(entry => (entry.kind === 'link' ? [`${entry.path} -> ${entry.to}`] : [])),
  };
}

describe('planRoot', () => {
  test('without mounts binds the host’s folders, a few devices, and no file of the root', () => {
    const { skeleton, binds, links } = plan();
    expect(binds).toEqual([...deviceNodes, ...base].sort());
    expect(links).toEqual([
      '/bin -> usr/bin',
      '/lnk -> var',
      '/dev/fd -> /proc/self/fd',
      '/dev/ptmx -> pts/ptmx',
    ]);
    expect(skeleton.toSorted()).toEqual(
      ['/bin', '/lnk', '/dev', '/dev/fd', '/dev/ptmx', '/dev/pts', '/proc', ...deviceNodes, ...base].sort(),
    );
  });

  test('a path whose first folder the host does not have is made in the root', () => {
    const { skeleton, binds } = plan(dir('/airflow/xcom'));
    expect(binds).toEqual([...deviceNodes, ...base].sort());
    expect(skeleton).toEqual(expect.arrayContaining(['/airflow', '/airflow/xcom']));
  });

  test('below a host folder, only this folder is made anew and its children are bound', () => {
    const { skeleton, binds, links } = plan(dir('/var/secrets/google'), dir('/etc/ssl/mine'));
    expect(binds).toEqual(
      [
        ...deviceNodes,
        '/etc/passwd',
        '/etc/ssl/certs',
        '/run',
        '/tmp',
        '/usr',
        '/var/lib',
        '/var/log',
      ].sort(),
    );
    expect(skeleton).toEqual(
      expect.arrayContaining(['/var', '/var/secrets', '/var/secrets/google', '/etc/ssl', '/etc/ssl/mine']),
    );
    expect(links).toEqual(expect.arrayContaining(['/etc/mtab -> ../proc/self/mounts', '/var/run -> /run']));
  });

  test('a folder that the host has is covered in place', () => {
    expect(plan(dir('/var/log')).binds).toEqual([...deviceNodes, ...base].sort());
    expect(plan(dir('/tmp')).binds).not.toContain('/tmp');
  });

  test('a folder where the host has a file, and the reverse, is made anew', () => {
    const { skeleton, binds } = plan(dir('/etc/passwd'), dir('/var/lib', { kind: 'file' }));
    expect(binds).toEqual([...deviceNodes, '/etc/ssl', '/run', '/tmp', '/usr', '/var/log'].sort());
    expect(skeleton).toEqual(expect.arrayContaining(['/etc/passwd', '/var/lib']));
  });

  test('a device folder is never the host’s', () => {
    const { skeleton, targets } = plan(dir('/dev/shm'), dir('/dev/termination-log', { kind: 'file' }));
    expect(skeleton).toEqual(expect.arrayContaining(['/dev/shm', '/dev/termination-log']));
    expect(targets).toEqual(['/dev/shm', '/dev/termination-log']);
  });

  test('links of the host are followed, so that the mount is where a process looks', () => {
    expect(plan(dir('/var/run/secrets'), dir('/bin/tool')).targets).toEqual([
      '/run/secrets',
      '/usr/bin/tool',
    ]);
    // The outer mount comes first, although its path was the longer one.
    expect(plan(dir('/var/run'), dir('/run')).targets).toEqual(['/run', '/run']);
    expect(plan(dir('/mnt/x'), dir('/lnk/log/a'), dir('/var/log')).targets).toEqual([
      '/mnt/x',
      '/var/log',
      '/var/log/a',
    ]);
  });

  test('a mount inside another one gets its mount point in the other’s source', () => {
    const { points, targets } = plan(dir('/data/a/b'), dir('/data'), dir('/data/f', { kind: 'file' }));
    expect(targets).toEqual(['/data', '/data/f', '/data/a/b']);
    expect(points).toEqual([
      { source: '/emu/data/f', kind: 'file' },
      { source: '/emu/data/a/b', kind: 'dir' },
    ]);
  });

  test('nothing is created in a hostPath, but what is there can be covered', () => {
    const shown = dir('/hp', { source: '/var', owned: false });
    expect(plan(shown, dir('/hp/log')).points).toEqual([]);
    expect(() => planRoot(host, [shown, dir('/hp/new')])).toThrow(
      '/hp/new lies in the hostPath /var and is not there',
    );
  });

  test.each(['/', '/proc', '/proc/x', '/dev', '/var/loop/x'])('%s cannot be a mount path', target => {
    expect(() => planRoot(host, [dir(target)])).toThrow(RootPlanProblem);
  });

  test('parents stand before their children', () => {
    const { skeleton } = plan(dir('/var/secrets/google'), dir('/a/b/c/d'));
    const late = skeleton.filter((path, index) => {
      const parent = path.slice(0, path.lastIndexOf('/'));
      return parent !== '' && skeleton.indexOf(parent) > index;
    });
    expect(late).toEqual([]);
    expect(new Set(skeleton).size).toBe(skeleton.length);
  });
});
