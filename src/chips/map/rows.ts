import type { Access, Field, Register } from './register.js';

/**
 * Registers from a table in text, one a line: `BLOCK.NAME ADDRESS BYTES ACCESS [COUNTxSTRIDE] FIELD ...`. A field is
 * `name:width` or `name:width=reset`; fields lie one above the other from bit 0 on, `name@lsb:width` lies where it says.
 * `@PATH` is the public path of the fields (see Register.path), `#A,B,...` are the public names of the elements of an
 * array, `^BLOCK.NAME` is the place in the nested layout, `=VALUE` the reset value of the whole register.
 */
export function rows(table: string, doc: string): Register[] {
  return table
    .trim()
    .split('\n')
    .map((line) => row(line.trim(), doc));
}

function row(line: string, doc: string): Register {
  const [full, address, bytes, access, ...rest] = line.split(/ +/);
  const [block, name] = full.split('.');
  const array = rest.find((w) => /^\d+x0x/.test(w))?.split('x0x');
  const path = rest.find((w) => w.startsWith('@'))?.slice(1);
  const elements = rest
    .find((w) => w.startsWith('#'))
    ?.slice(1)
    .split(',');
  const nested = rest.find((w) => w.startsWith('^'))?.slice(1);
  const resetValue = rest.find((w) => w.startsWith('='))?.slice(1);
  let lsb = 0;
  const fields = rest
    .filter((w) => /^\w+(@\d+)?:/.test(w))
    .map((word): Field => {
      const [, field, at, width, reset] = /^(\w+?)(?:@(\d+))?:(\d+)(?:=(\w+))?$/.exec(word)!;
      if (at !== undefined) lsb = Number(at);
      const made = {
        name: field,
        lsb,
        width: Number(width),
        access: access as Access,
        reset: BigInt(reset ?? 0),
      };
      lsb += made.width;
      return made;
    });
  return {
    block,
    name,
    address: Number(address),
    bytes: Number(bytes),
    count: Number(array?.[0] ?? 1),
    stride: array ? Number.parseInt(array[1], 16) : Number(bytes),
    fields,
    storage: 'absent',
    ...(path ? { path } : {}),
    ...(elements ? { elements } : {}),
    ...(nested ? { nested } : {}),
    ...(resetValue ? { resetValue: BigInt(resetValue) } : {}),
    doc,
  };
}
