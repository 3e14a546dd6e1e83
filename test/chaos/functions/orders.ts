import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import type { DeathPoint, Moment } from './death-point.ts';

/** What the runner tells a function's process: all the points at which it is to die, in place of those told before. */
export const ordersSchema = z.object({
  dieAt: z.array(z.object({ point: z.string(), moment: z.enum(['before', 'after']) })),
});

/** Orders to one process. */
export type Orders = z.output<typeof ordersSchema>;

let dieAt: DeathPoint[] = [];
let isListening = false;

/** listenToOrders takes the runner's orders from now on. */
export function listenToOrders(): void {
  if (isListening) return;
  isListening = true;
  process.on('message', message => {
    const orders = ordersSchema.safeParse(message);
    if (orders.success) ({ dieAt } = orders.data);
  });
  // The process ends as it would without a runner.
  process.channel?.unref();
}

/** dieIfOrdered ends this process, as kill -9 does, when this is a point at which it is to die. */
export function dieIfOrdered(point: string, moment: Moment): void {
  if (!dieAt.some(death => death.point === point && death.moment === moment)) return;
  const file = process.env.CHAOS_DEATHS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ pid: process.pid, point, moment })}\n`);
  process.kill(process.pid, 'SIGKILL');
  // A signal to oneself may take a moment; nothing must happen in it.
  for (;;);
}
