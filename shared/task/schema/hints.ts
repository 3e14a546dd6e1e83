import type { z } from 'zod';
import type { KubernetesType } from '../kubernetes-object.ts';

/** What schema/task.schema.json says of a type that zod cannot describe. */
export interface SchemaHint {
  /** The value has one of these shapes. */
  shapes?: readonly z.ZodType[];
  /** It is an object of Kubernetes'. */
  kubernetes?: KubernetesType;
  /** Any part of that object may be missing. */
  isLayer?: boolean;
}

const hints = new WeakMap<object, SchemaHint>();

/** withHint gives a type its hint. Reading a task does not need it. */
export function withHint<T extends z.ZodType>(type: T, hint: SchemaHint): T {
  hints.set(type, hint);
  return type;
}

/** hintOf gives the hint of a type that has one. */
export function hintOf(type: object): SchemaHint | undefined {
  return hints.get(type);
}
