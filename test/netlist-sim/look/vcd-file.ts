/** Enough of a VCD reader to compare two files: full name -> [time, value in binary] at each change. */
export function readVcd(text: string): Map<string, [number, string][]> {
  const names = new Map<string, { name: string; width: number }[]>();
  const changes = new Map<string, [number, string][]>();
  const scope: string[] = [];
  const tokens = text.split(/\s+/);
  let time = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === '$scope') {
      scope.push(tokens[i + 2]);
      i += 3;
    } else if (token === '$upscope') {
      scope.pop();
      i++;
    } else if (token === '$var') {
      const [width, id, local] = [Number(tokens[i + 2]), tokens[i + 3], tokens[i + 4]];
      const name = [...scope, local].join('.');
      names.set(id, [...(names.get(id) ?? []), { name, width }]);
      changes.set(name, []);
      while (tokens[i] !== '$end') i++;
    } else if (['$version', '$date', '$timescale', '$comment'].includes(token)) {
      while (tokens[i] !== '$end') i++;
    } else if (token.startsWith('#')) time = Number(token.slice(1));
    else if (/^b/i.test(token)) record(tokens[++i], token.slice(1));
    else if (/^[01xz]./i.test(token)) record(token.slice(1), token[0]);
  }
  return changes;

  function record(id: string, value: string): void {
    for (const { name, width } of names.get(id) ?? []) {
      const digits = value.padStart(width, /[xz]/i.test(value[0]) ? value[0] : '0');
      const list = changes.get(name) as [number, string][];
      if (list.at(-1)?.[1] !== digits) list.push([time, digits]);
    }
  }
}
