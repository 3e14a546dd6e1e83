import type { Container } from '../pod.ts';

const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** The machine as a node: what a missing limit stands for. */
export interface NodeSize {
  cpu: number;
  memoryBytes: number;
}

/** parseQuantity reads a Kubernetes quantity (`250m`, `1Gi`, `1e3`) as a number; undefined when it is none. */
function parseQuantity(quantity: string | number): number | undefined {
  const match = /^([0-9.]+(?:[eE][+-]?\d+)?)([numkMGTP]?|[KMGTP]i)$/.exec(String(quantity));
  const factor = factors[match?.[2] ?? ''];
  const amount = Number(match?.[1]);
  return match === null || factor === undefined || Number.isNaN(amount) ? undefined : amount * factor;
}

/**
 * resourceValue reads what a `resourceFieldRef` names (`limits.memory`, `requests.cpu` ...), divided and rounded up; a
 * missing limit is the node's size, a missing request is the limit, else 0. Undefined for an unknown resource.
 */
export function resourceValue(
  ref: { resource: string; divisor?: string | number | undefined },
  container: Container,
  node: NodeSize,
): string | undefined {
  const [kind, name = ''] = ref.resource.split(/\.(.*)/);
  if (!['limits', 'requests'].includes(kind ?? '') || !/^(cpu|memory|ephemeral-storage)$/.test(name)) {
    return undefined;
  }
  const { limits = {}, requests = {} } = container.resources;
  const whole = name === 'cpu' ? node.cpu : name === 'memory' ? node.memoryBytes : 0;
  const limit = limits[name] ?? whole;
  const amount = parseQuantity(kind === 'limits' ? limit : (requests[name] ?? limits[name] ?? 0));
  const divisor = parseQuantity(ref.divisor ?? 1) || 1;
  return amount === undefined ? undefined : String(Math.ceil(amount / divisor));
}
