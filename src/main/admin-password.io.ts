import { generatePassword } from '../config/users/generated-password.io.js';

/**
 * The first password of `admin`: that of the environment variable BFD_AGENT_ADMIN_PASSWORD, else a
 * generated one, which `say` tells whoever started the agent. It is stored nowhere but as a hash.
 */
export function adminPassword(say: (text: string) => void): string {
  const given = process.env['BFD_AGENT_ADMIN_PASSWORD'];
  if (given) return given;
  const generated = generatePassword();
  say(`password of admin: ${generated}`);
  return generated;
}
