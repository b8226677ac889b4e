import type { Signal } from './expression.js';

/** `u_read` -> `read`, `codes_o` -> `codes`: what is left without the letters that say what it is. */
function bare(name: string): string {
  return name.replace(/^u_/, '').replace(/_(?:i|o|ni|no)$/, '');
}

/** Name of an instance or signal in words, for lists: `u_link_reset` -> `link reset`. */
export function inWords(name: string): string {
  return bare(name).replaceAll('_', ' ');
}

/** Name of the wire of an output: instance and port without words said twice (`u_read.read_active_o` -> `read_active`). */
export function wireName({ from, name }: Signal): string {
  if (name !== undefined) return name;
  const [instance, port] = from.split('.').map((part) => bare(part).split('_'));
  let same = Math.min(instance.length, port.length);
  while (same > 0 && instance.slice(-same).join() !== port.slice(0, same).join()) same--;
  return [...instance, ...port.slice(same)].join('_');
}
