/**
 * rewritePaths replaces mount paths by the folders that stand for them, wherever they are a whole path or the beginning
 * of one: `cat /data/x` and `--in=/data`, not `/database` and not `/other/data`. The longest path wins.
 */
export function rewritePaths(text: string, mounts: readonly { target: string; source: string }[]): string {
  if (mounts.length === 0) return text;
  const byTarget = new Map(mounts.map(mount => [mount.target, mount.source]));
  const targets = [...byTarget.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(
    `(?<![A-Za-z0-9_.~/-])(${targets.map(literal).join('|')})(?![A-Za-z0-9_.~-])`,
    'g',
  );
  return text.replace(pattern, target => byTarget.get(target) ?? target);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
