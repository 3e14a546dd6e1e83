import type { ReasonCode } from './reasons.ts';

/** Why an image cannot be pulled; `permanent`: trying again does not help. */
export interface ImageProblem {
  reason: Extract<
    ReasonCode,
    | 'image_not_found'
    | 'image_not_allowed'
    | 'image_pull_failed'
    | 'registry_unavailable'
    | 'registry_rate_limited'
  >;
  permanent: boolean;
}

/**
 * What container runtimes and registries say, the first that fits. Outages come first: their words may stand beside those
 * of a refusal, and a wrong "permanent" fails a task that would have run. Sources: messages of containerd 1.7 (fixtures),
 * and of Docker Hub and Artifact Registry; KubernetesPodOperator's list of transient pull errors (kpo.md 1.7).
 */
const patterns: readonly [ImageProblem['reason'], RegExp][] = [
  ['registry_rate_limited', /\b429\b|too many requests|toomanyrequests|rate limit|pull qps exceeded/i],
  [
    'registry_unavailable',
    /\b50[0234]\b|internal server error|bad gateway|service unavailable|gateway timeout|dial tcp|no such host|connection (refused|reset)|no route to host|network is unreachable|i\/o timeout|timed out|deadline exceeded|tls:|tls handshake|x509:|\beof\b/i,
  ],
  ['image_not_allowed', /\b40[13]\b|unauthorized|forbidden|denied|authorization failed|no basic auth/i],
  ['image_not_found', /not found|manifest unknown|name unknown|no match for platform|does not exist/i],
];

/** imageProblem reads why a pull failed from the kubelet's message; the image's own name in it does not count. */
export function imageProblem(message: string): ImageProblem {
  const text = withoutNames(message);
  const reason = patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? 'image_pull_failed';
  return { reason, permanent: reason === 'image_not_found' || reason === 'image_not_allowed' };
}

/** A repository may be called "forbidden", and a port may be 403. */
function withoutNames(message: string): string {
  const quoted = [...message.matchAll(/"([^"]*)"/g)].map(([, name = '']) => name);
  const names = quoted.filter(name => name.length > 1).sort((a, b) => b.length - a.length);
  const text = names.reduce((rest, name) => rest.replaceAll(name, ''), message);
  return text.replace(/\bhost \S+/g, '').replace(/:\d+\b/g, '');
}
