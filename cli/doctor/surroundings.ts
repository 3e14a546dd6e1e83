import type { Binding } from '../../shared/ports/inspect.ts';
import type { Settings } from '../settings.ts';

/** Where the deployment is, as far as checks differ by it. */
export interface Surroundings {
  /** A stack on this machine, by `taskpod local`. */
  local: boolean;
  /** Pub/Sub is an emulator: it sends no tokens, and neither expires nor has permissions. */
  emulatedPubsub: boolean;
  /** Cloud Storage is an emulator: it has no permissions. */
  emulatedStorage: boolean;
  /** Accounts of the functions, as far as they are known. */
  accounts: { launch: string | undefined; watch: string | undefined };
}

/** surroundingsOf takes from the settings what checks differ by. */
export function surroundingsOf(settings: Settings): Surroundings {
  return {
    local: settings.source === 'local',
    emulatedPubsub: settings.pubsubHost !== undefined,
    emulatedStorage: settings.storageHost !== undefined,
    accounts: { launch: settings.launchServiceAccount, watch: settings.watchServiceAccount },
  };
}

/** isGiven tells whether one of the roles is given to a member that fits. */
export function isGiven(
  bindings: readonly Binding[],
  roles: readonly string[],
  fits: (member: string) => boolean,
): boolean {
  return bindings.some(({ role, members }) => roles.includes(role) && members.some(fits));
}
