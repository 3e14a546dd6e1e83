import type { Action } from '../schedule/actions.ts';
import { restartServer } from '../world/lab-server.ts';
import type { Outside } from '../world/outside.ts';
import type { World } from '../world/world.ts';

/** What actions are done to. */
export interface Stage {
  world: World;
  outside: Outside;
}

/** perform does one thing of the schedule, or arms it; `met` is told when it has happened. */
export async function perform(action: Action, { world, outside }: Stage, met: () => void): Promise<void> {
  const { services, cluster } = world;
  switch (action.do) {
    case 'request':
      services[action.service].proxies[action.channel].arm(action.request, action.fault, met);
      return;
    case 'stream':
      services[action.service].proxies.kubernetes.disturb(action.request, action.fault, action.draw, met);
      return;
    case 'push':
      services[action.service].front.arm(action.fault, met);
      return;
    case 'die':
      services[action.service].instances.dieAt(action.death, met);
      return;
    case 'kill':
      if (services[action.service].instances.kill(action.draw)) met();
      return;
    case 'terminate':
      if (services[action.service].instances.terminate(action.draw)) met();
      return;
    case 'scale':
      await services[action.service].instances.scale(action.instances);
      met();
      return;
    case 'lease':
      if (await outside.disturbLease(action.how, action.draw)) met();
      return;
    case 'delete Pod':
      // While the API server is away, nobody deletes anything.
      if (await outside.deletePod(action.draw, action.graceSeconds).catch(() => false)) met();
      return;
    case 'restart':
      if (cluster.lab === undefined) return;
      await restartServer(cluster.lab, action.part, action.downMs);
      met();
      return;
    case 'end tokens':
      for (const service of Object.values(services)) service.endTokens();
      met();
  }
}
