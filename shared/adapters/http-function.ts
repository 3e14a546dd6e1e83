import { finished } from 'node:stream/promises';
import { http, type Response } from '@google-cloud/functions-framework';
import { errorMessage, TaskpodError } from '../errors.ts';
import type { PushRequest } from '../push.ts';
import { jsonWorkLog } from '../work-log.ts';
import { withoutDomains } from './no-domains.ts';

/** A function once its adapters are there. */
export interface HttpFunction {
  /** Answers one request; never throws. `shutdown` fires on SIGTERM: end soon, at most 9 s from then. */
  handle(request: PushRequest, shutdown: AbortSignal): Promise<{ status: number; body?: string }>;
}

/** Cloud Run kills an instance 10 s after SIGTERM. https://cloud.google.com/run/docs/container-contract */
const drainMs = 9_000;

/**
 * serveHttpFunction registers an HTTP function under functions-framework whose heavy modules are loaded only when the
 * server listens (or at the first request), so that an instance is ready soon. The framework ends the process at once on
 * SIGTERM; here running requests end first.
 */
export function serveHttpFunction(name: string, load: () => Promise<HttpFunction>): void {
  withoutDomains();
  const log = jsonWorkLog(line => process.stdout.write(line));
  const shutdown = new AbortController();
  const running = new Set<Promise<void>>();
  let loaded: Promise<HttpFunction> | undefined;
  const loadOnce = (): Promise<HttpFunction> => {
    loaded ??= load().catch(error => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };

  http(name, (request, response) => {
    const answer = async (): Promise<void> => {
      if (shutdown.signal.aborted) {
        await send(response, 503);
        return;
      }
      const body = request.rawBody ?? Buffer.alloc(0);
      const loadedFunction = await loadOnce();
      const result = await loadedFunction.handle({ headers: request.headers, body }, shutdown.signal);
      await send(response, result.status, result.body);
    };
    const done = answer().catch((error: unknown) => {
      // Nearly always loading: the configuration is wrong, and no message is at fault.
      const action = error instanceof TaskpodError ? error.action : undefined;
      log('CRITICAL', `the function failed: ${errorMessage(error)}`, { action });
      return send(response, 500);
    });
    running.add(done);
    return done.finally(() => running.delete(done));
  });

  const drain = async (): Promise<void> => {
    shutdown.abort();
    await Promise.race([Promise.all(running), new Promise(resolve => setTimeout(resolve, drainMs).unref())]);
    process.exit(0);
  };
  // The framework adds its own SIGTERM listener, which exits at once, in the moment the server listens.
  const onListening = (event: string | symbol): void => {
    if (event !== 'SIGTERM') return;
    process.off('newListener', onListening);
    setImmediate(() => {
      for (const signal of ['SIGTERM', 'SIGINT'])
        process.removeAllListeners(signal).on(signal, () => void drain());
      loadOnce().catch(() => undefined);
    });
  };
  process.on('newListener', onListening);
}

/** Sends an answer and waits until it is out, because the process may end then; a sender who has left gets none. */
async function send(response: Response, status: number, body?: string): Promise<void> {
  response.status(status).end(body);
  await finished(response).catch(() => undefined);
}
