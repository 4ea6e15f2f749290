/** What the checks of several messages have in common. */
import * as v from 'valibot';
import { KEYS_MAX, type AuthenticationKey, type DesiredAuthentication } from './messages.js';

export const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
export const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const milliseconds = v.pipe(v.number(), v.finite());
export const text = v.pipe(v.string(), v.maxLength(1024));
/** Names a session. */
export const key = v.pipe(v.string(), v.minLength(1), v.maxLength(512));
export const address = v.pipe(v.string(), v.maxLength(64));

/** An integer from `min` to `max`. */
export const integer = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

const authenticationKey: v.GenericSchema<unknown, AuthenticationKey> = v.strictObject({
  keyId: integer(0, 255),
  algorithm: v.picklist(['simple-password', 'md5', 'sha1']),
  secretHex: v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2}){1,20}$/u)),
  sendFromMs: v.nullable(milliseconds),
  sendUntilMs: v.nullable(milliseconds),
  acceptFromMs: v.nullable(milliseconds),
  acceptUntilMs: v.nullable(milliseconds),
});

/** See `DesiredAuthentication`; null: none. */
export const authentication: v.GenericSchema<unknown, DesiredAuthentication | null> = v.nullable(
  v.strictObject({
    meticulous: v.boolean(),
    keys: v.pipe(v.array(authenticationKey), v.maxLength(KEYS_MAX)),
  }),
);
