import type { HostMount } from './host-tree.ts';
import { flagsAt, isWithin } from './host-tree.ts';
import type { RootPlan } from './root-plan.ts';

/** How /proc is had: a new one, or, where a surrounding container forbids it, the host's. */
export type ProcMode = 'own' | 'host';

/** What the script of a container's start is made from. */
export interface RootScript {
  /** An empty folder: in the container's own mount namespace the root is mounted on it. */
  root: string;
  /** Folder with the plan's skeleton. */
  skeleton: string;
  /** File for {@link fstab}. */
  fstabFile: string;
  plan: RootPlan;
  hostMounts: HostMount[];
  proc: ProcMode;
  hostname: string;
  workingDir: string;
  argv: string[];
  env: Record<string, string>;
}

/** Where the host's tree is seen, read-only, while the root is put together. */
const hostView = '/.host';
/** Names that a shell keeps for itself: they cannot be exported, or would be changed. */
const shellNames =
  /^(_|BASH.*|DIRSTACK|EUID|FUNCNAME|GROUPS|HISTCMD|LINENO|OLDPWD|OPTARG|OPTIND|PIPESTATUS|PPID|PWD|RANDOM|SECONDS|SHELLOPTS|SHLVL|UID)$/;

/** fstab writes all binds of a plan as one file for `mount --all`, which is one process instead of dozens. */
export function fstab(script: Pick<RootScript, 'root' | 'plan'>): string {
  const { root, plan } = script;
  const host = plan.hostBinds.map(bind => ({
    source: `${root}${hostView}${bind.path}`,
    target: bind.path,
    kind: bind.kind,
  }));
  return [...host, ...plan.mounts]
    .map(({ source, target, kind }) => {
      const fields = [source, `${root}${target}`, 'none', kind === 'dir' ? 'rbind' : 'bind', '0', '0'];
      return `${fields.map(escapeField).join(' ')}\n`;
    })
    .join('');
}

/**
 * rootScript writes the shell script that is a container's first process until it becomes the container's command. On
 * file descriptor 3 it reports `pid N` (as the host sees it) and, as its last line, `run`; anything else is a problem.
 */
export function rootScript(script: RootScript): string {
  const { root, plan } = script;
  const at = (path: string): string => quote(`${root}${path}`);
  return [
    'exec 4>&2 2>&3',
    'set -e',
    'read -r pid rest </proc/self/stat',
    'echo "pid $pid" >&3',
    `mount -n -t tmpfs -o mode=755 tmpfs ${quote(root)}`,
    `cp -a ${quote(`${script.skeleton}/.`)} ${quote(root)}`,
    `mkdir ${at(hostView)}`,
    `mount -n --rbind / ${at(hostView)}`,
    ...readOnlyHost(script).map(mount => {
      const options = ['remount', 'bind', 'ro', ...mount.flags].join(',');
      const path = at(`${hostView}${mount.path === '/' ? '' : mount.path}`);
      // A mount below another one cannot be reached, and need not be.
      return `mount -n -o ${options} ${path}${mount.path === '/' ? '' : ' 2>/dev/null || :'}`;
    }),
    `mount -n --all --fstab ${quote(script.fstabFile)}`,
    ...plan.mounts
      .filter(mount => mount.readOnly)
      .map(mount => {
        const options = ['remount', 'bind', 'ro', ...flagsAt(script.hostMounts, mount.source)].join(',');
        return `mount -n -o ${options} ${at(mount.target)}`;
      }),
    `umount -n -l ${at(hostView)}`,
    `rmdir ${at(hostView)}`,
    ...procLines(script),
    `mount -n -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts ${at('/dev/pts')} 2>/dev/null || :`,
    `cd ${quote(root)}`,
    'pivot_root . .',
    'umount -n -l .',
    'cd /',
    `mkdir -p ${quote(script.workingDir)} 2>/dev/null || :`,
    `cd ${quote(script.workingDir)}`,
    ...commandLines(script),
  ]
    .map(line => `${line}\n`)
    .join('');
}

/** quote makes one word of any text for a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function readOnlyHost({ hostMounts, plan }: RootScript): HostMount[] {
  return hostMounts.filter(
    mount =>
      mount.path === '/' ||
      (!mount.isReadOnly && plan.hostBinds.some(bind => isWithin(mount.path, bind.path))),
  );
}

/** As a container runtime does, /proc/sys is read-only: with a root user's rights it would be the host's. */
function procLines({ root, proc, hostname }: RootScript): string[] {
  const at = (name: string): string => quote(`${root}/proc${name}`);
  const name = quote(hostname);
  const mountProc =
    proc === 'own'
      ? `mount -n -t proc -o nosuid,nodev,noexec proc ${at('')}`
      : `mount -n --rbind /proc ${at('')}`;
  return [
    mountProc,
    `hostname ${name} 2>/dev/null || echo ${name} 2>/dev/null >${at('/sys/kernel/hostname')} || :`,
    `for file in ${at('/sys')} ${at('/sysrq-trigger')}; do`,
    '  [ ! -e "$file" ] || mount -n --bind "$file" "$file"',
    '  [ ! -e "$file" ] || mount -n -o remount,bind,ro,nosuid,nodev,noexec "$file"',
    'done',
  ];
}

function commandLines({ argv, env }: RootScript): string[] {
  const exported: string[] = [];
  const handed: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !shellNames.test(name)) {
      exported.push(`export ${name}=${quote(value)}`);
    } else {
      handed.push(quote(`${name}=${value}`));
    }
  }
  const command = argv[0] ?? '';
  return [
    `set -- ${argv.map(quote).join(' ')}`,
    ...(command.includes('/') ? fileCheck() : pathSearch(env.PATH ?? '')),
    'set +e',
    'unset pid rest found file folder PWD OLDPWD',
    ...exported,
    'echo run >&3',
    'exec 2>&4 3>&- 4>&-',
    handed.length === 0 ? 'exec "$@"' : `exec /usr/bin/env ${handed.join(' ')} "$@"`,
  ];
}

function fileCheck(): string[] {
  return [
    `[ -e "$1" ] || { printf 'exec: "%s": stat %s: no such file or directory\\n' "$1" "$1" >&3; exit 128; }`,
    `[ ! -d "$1" ] || { printf 'exec: "%s": is a directory\\n' "$1" >&3; exit 128; }`,
    `[ -x "$1" ] || { printf 'exec: "%s": permission denied\\n' "$1" >&3; exit 128; }`,
  ];
}

function pathSearch(path: string): string[] {
  const folders = path.split(':').map(folder => quote(folder === '' ? '.' : folder));
  return [
    'found=',
    `for folder in ${folders.join(' ')}; do`,
    '  if [ -f "$folder/$1" ] && [ -x "$folder/$1" ]; then found=yes; break; fi',
    'done',
    `[ -n "$found" ] || { printf 'exec: "%s": executable file not found in $PATH\\n' "$1" >&3; exit 128; }`,
  ];
}

/** fstab(5): blank, tab, newline and backslash are written in octal. */
function escapeField(field: string): string {
  return field.replace(/[\s\\]/g, character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
