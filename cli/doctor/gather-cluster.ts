import { inParallel } from '../../functions/launch/sources/in-parallel.ts';
import { kubeconfigContext } from '../../shared/cluster-name.ts';
import type { ClusterInspector, Inspectors } from '../../shared/ports/inspect.ts';
import type { Settings } from '../settings.ts';
import type { ClusterFacts, Fact, NamespaceFacts, Part, RightsFacts } from './facts.ts';
import { type LearnOptions, learn } from './learn.ts';
import { askedRights } from './rights.ts';

/** So many questions about rights are under way at once, in each namespace. */
const width = 10;

/** gatherCluster learns about one cluster, its namespaces, and what the functions may do in each. */
export async function gatherCluster(
  name: string,
  settings: Settings,
  { cluster }: Inspectors,
  options: LearnOptions,
): Promise<ClusterFacts> {
  const namespaces = settings.namespaces ?? [settings.defaultNamespace];
  const found = await learn(signal => cluster(name, signal), options);
  if (found.kind !== 'known') return { name, version: found, namespaces: [] };
  const inspector = found.value;
  try {
    const version = await learn(signal => inspector.version(signal), options);
    if (version.kind !== 'known') return { name, version, namespaces: [] };
    const user = await learn(signal => inspector.user(signal), options);
    const who = {
      launch: askAs('launch', name, settings, user),
      watch: askAs('watch', name, settings, user),
    };
    const facts = namespaces.map(namespace => gatherNamespace(namespace, inspector, who, options));
    return { name, version, namespaces: await Promise.all(facts) };
  } finally {
    await inspector.close();
  }
}

/** Whom the questions about a function's rights are about; undefined: nobody knows. */
export type AskedAs = Pick<RightsFacts, 'asked' | 'account'> | undefined;

/**
 * askAs decides whose rights are those of a function: those of its account, as far as that is known; on a cluster out of a kubeconfig a
 * function is whoever the kubeconfig says. No question about another is asked where the answer about oneself is the same.
 */
export function askAs(part: Part, cluster: string, settings: Settings, user: Fact<string>): AskedAs {
  const account = part === 'launch' ? settings.launchServiceAccount : settings.watchServiceAccount;
  const self = user.kind === 'known' ? user.value : undefined;
  if (account === undefined)
    return kubeconfigContext(cluster) === undefined ? undefined : { asked: 'self', account: self };
  return account === self ? { asked: 'self', account } : { asked: 'other', account };
}

async function gatherNamespace(
  name: string,
  inspector: ClusterInspector,
  who: Record<Part, AskedAs>,
  options: LearnOptions,
): Promise<NamespaceFacts> {
  const [found, launch, watch] = await Promise.all([
    learn(async (signal): Promise<true> => {
      await inspector.readNamespace(name, signal);
      return true;
    }, options),
    gatherRights('launch', name, inspector, who.launch, options),
    gatherRights('watch', name, inspector, who.watch, options),
  ]);
  return { name, found, rights: { launch, watch } };
}

async function gatherRights(
  part: Part,
  namespace: string,
  inspector: ClusterInspector,
  as: AskedAs,
  options: LearnOptions,
): Promise<RightsFacts | undefined> {
  if (as === undefined) return undefined;
  const user = as.asked === 'other' ? as.account : undefined;
  const { needed, dangerous } = askedRights(part);
  const answers = await learn(
    signal =>
      inParallel([...needed, ...dangerous], width, async ({ right, wide }) => {
        const where = { namespace: wide ? '' : namespace, user };
        return { right, wide, allowed: await inspector.may(right, where, signal) };
      }),
    options,
  );
  return { part, ...as, answers };
}
