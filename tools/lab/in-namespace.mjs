/**
 * What runs a program in a network namespace, for spawn. `ip netns exec` would mount a file system besides, which
 * not everybody may.
 *
 * @param {string} namespace
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {[string, string[]]}
 */
export function inNamespace(namespace, program, args) {
  return ['nsenter', [`--net=/run/netns/${namespace}`, program, ...args]];
}
