import { expect, test } from 'vitest';
import { classifyRefusal, isQuotaExceeded } from '../../../shared/diagnosis/refusal.ts';
import { readRefusals } from './fixture.ts';

test('every captured refusal is told apart', () => {
  const classified = Object.entries(readRefusals()).map(([name, { code, reason, message, details }]) => {
    const refused = { status: code, reason, message, causes: details.causes };
    return [name, classifyRefusal(refused)];
  });
  expect(Object.fromEntries(classified)).toEqual({
    'quota-exceeded': { reason: 'quota_exceeded', summary: 'The namespace’s quota is exceeded.' },
    'pod-security': {
      reason: 'admission_refused',
      summary: 'The cluster’s policy refuses the Pod (Pod Security restricted:latest).',
    },
    'limit-range': { reason: 'admission_refused', summary: 'The cluster’s policy refuses the Pod.' },
    'service-account-missing': {
      reason: 'service_account_missing',
      summary: 'The service account "none" does not exist.',
    },
    'namespace-missing': {
      reason: 'namespace_missing',
      summary: 'The namespace "tasks-none" does not exist or is being deleted.',
    },
    invalid: { reason: 'pod_refused', summary: 'The API server refused the Pod (422 Invalid).' },
    'priority-class-missing': {
      reason: 'admission_refused',
      summary: 'The cluster’s policy refuses the Pod.',
    },
    'runtime-class-missing': {
      reason: 'admission_refused',
      summary: 'The cluster’s policy refuses the Pod.',
    },
    'namespace-terminating': {
      reason: 'namespace_missing',
      summary: 'The namespace "tasks-full" does not exist or is being deleted.',
    },
    forbidden: { reason: 'forbidden', summary: 'Launch may not create Pods in this namespace.' },
    'autopilot-warden': {
      reason: 'admission_refused',
      summary: 'The cluster’s policy refuses the Pod (warden-validating.common-webhooks.networking.gke.io).',
    },
    'validating-admission-policy': {
      reason: 'admission_refused',
      summary: 'The cluster’s policy refuses the Pod (image-matches).',
    },
  });
});

test('only a full quota is a matter of waiting', () => {
  const full = Object.entries(readRefusals()).filter(([, { code, message }]) =>
    isQuotaExceeded({ status: code, message }),
  );
  expect(full.map(([name]) => name)).toEqual(['quota-exceeded']);
});
