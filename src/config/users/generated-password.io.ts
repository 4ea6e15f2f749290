import { randomInt } from 'node:crypto';

/** Letters and digits that are not mistaken for one another in print (no 0 O o, 1 l I i). */
const UNAMBIGUOUS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789';
const LENGTH = 24;

/** A random password of 24 unambiguous characters (about 138 bits). */
export function generatePassword(): string {
  return Array.from({ length: LENGTH }, () => UNAMBIGUOUS.charAt(randomInt(UNAMBIGUOUS.length))).join('');
}
