import type { V1SecurityContext } from '@kubernetes/client-node';
import { xcomTransports } from '../../attempt-record.ts';
import { kubernetes } from './kubernetes.ts';
import { flag, oneOf } from './words.ts';

/** Whether and how a result is taken. */
export const xcomFields = {
  do_xcom_push: flag.default(false),
  xcom_transport: oneOf(xcomTransports).default('sidecar'),
  xcom_sidecar_container_security_context: kubernetes<V1SecurityContext>('V1SecurityContext').optional(),
};
