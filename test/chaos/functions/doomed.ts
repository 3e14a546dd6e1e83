import { type Moment, pointOf } from './death-point.ts';
import { dieIfOrdered, listenToOrders } from './orders.ts';

/** doomed wraps a port so that the process can die just before and just after each of its writes. */
export function doomed<T extends object>(port: 'store' | 'publisher' | 'pods', target: T): T {
  listenToOrders();
  return new Proxy(target, {
    get: (object, key) => {
      const member: unknown = Reflect.get(object, key);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const point = pointOf(port, String(key), args);
        const call = (): unknown => Reflect.apply(member, object, args);
        return point === undefined ? call() : perhapsDeadly(point, call);
      };
    },
  });
}

async function perhapsDeadly(point: string, call: () => unknown): Promise<unknown> {
  const at = (moment: Moment): void => dieIfOrdered(point, moment);
  at('before');
  const answer = await call();
  at('after');
  return answer;
}
